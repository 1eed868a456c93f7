package dev.berth.catalog;

import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.NewAddOn;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.catalog.AddOnDesk.ShelvedAddOn;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Add-ons for staff. */
@Path("/api/admin/v1/add-ons")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class AddOnAdminResource {
    private static final String SELF = "/api/admin/v1/add-ons/";

    private final Callers callers;
    private final AddOnDesk desk;
    private final Idempotency idempotency;

    AddOnAdminResource(Callers callers, AddOnDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "All add-ons with their newest version, those not for sale included")
    public List<ShelvedAddOn> list() {
        return desk.all();
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One add-on")
    public ShelvedAddOn get(@PathParam("slug") String slug) {
        return desk.get(slug);
    }

    @POST
    @RolesAllowed("admin")
    @Operation(summary = "Make an add-on with its first price")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = ShelvedAddOn.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewAddOn body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.created(
                new Attempt(caller, key, "add-ons", body),
                () -> desk.create(caller, body),
                made -> SELF + made.addOn().slug()));
    }

    @POST
    @Path("/{slug}/versions")
    @RolesAllowed("admin")
    @Operation(summary = "Sell an add-on at a new price; who bought an older version keeps it")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = ShelvedAddOn.class)))
    public Response addVersion(
            @PathParam("slug") String slug, @HeaderParam("Idempotency-Key") @Nullable String key, NewAddOnPrice body) {
        Caller caller = callers.current();
        Attempt attempt = new Attempt(caller, key, "add-ons/" + slug + "/versions", body);
        return Answers.of(idempotency.created(attempt, () -> desk.addVersion(caller, slug, body), made -> SELF + slug));
    }

    @PATCH
    @Path("/{slug}")
    @RolesAllowed("admin")
    @Operation(summary = "Change what is shown of an add-on, or whether it is for sale")
    public ShelvedAddOn change(@PathParam("slug") String slug, AddOnChange body) {
        return desk.change(callers.current(), slug, body);
    }
}
