package dev.berth.catalog;

import dev.berth.catalog.PlanDesk.NewPlan;
import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.PlanDesk.Shelved;
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

/** Plans for staff. */
@Path("/api/admin/v1/plans")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class PlanAdminResource {
    private static final String SELF = "/api/admin/v1/plans/";

    private final Callers callers;
    private final PlanDesk desk;
    private final Idempotency idempotency;

    PlanAdminResource(Callers callers, PlanDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "All plans with all their versions, those not for sale included")
    public List<Shelved> list() {
        return desk.all();
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One plan with all its versions")
    public Shelved get(@PathParam("slug") String slug) {
        return desk.get(slug);
    }

    @POST
    @RolesAllowed("admin")
    @Operation(summary = "Make a plan with its first version")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Shelved.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewPlan body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.created(
                new Attempt(caller, key, "plans", body), () -> desk.create(caller, body), made -> SELF + made.slug()));
    }

    @POST
    @Path("/{slug}/versions")
    @RolesAllowed("admin")
    @Operation(summary = "Sell a plan at new prices or limits; who bought an older version keeps it")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Shelved.class)))
    public Response addVersion(
            @PathParam("slug") String slug, @HeaderParam("Idempotency-Key") @Nullable String key, NewVersion body) {
        Caller caller = callers.current();
        Attempt attempt = new Attempt(caller, key, "plans/" + slug + "/versions", body);
        return Answers.of(idempotency.created(attempt, () -> desk.addVersion(caller, slug, body), made -> SELF + slug));
    }

    @PATCH
    @Path("/{slug}")
    @RolesAllowed("admin")
    @Operation(summary = "Change what is shown of a plan, or whether it is for sale")
    public Shelved change(@PathParam("slug") String slug, PlanChange body) {
        return desk.change(callers.current(), slug, body);
    }
}
