package dev.berth.resale;

import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.catalog.RetailAddOnDesk;
import dev.berth.catalog.RetailAddOnDesk.NewRetailAddOn;
import dev.berth.catalog.RetailAddOnDesk.RetailAddOn;
import dev.berth.platform.Answers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.resale.Resellers.Reseller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
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

/** A reseller's own add-ons. */
@Path("/api/v1/retail-add-ons")
@Tag(name = "reseller")
@Authenticated
@RunOnVirtualThread
public class RetailAddOnResource {
    private static final String SELF = "/api/v1/retail-add-ons/";

    private final Resellers resellers;
    private final RetailAddOnDesk desk;
    private final Idempotency idempotency;

    RetailAddOnResource(Resellers resellers, RetailAddOnDesk desk, Idempotency idempotency) {
        this.resellers = resellers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(
            summary =
                    "The reseller's add-ons in their newest version, each with the one of the house that it stands on")
    public List<RetailAddOn> list() {
        return desk.all(resellers.current().id());
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One of the reseller's add-ons")
    public RetailAddOn get(@PathParam("slug") String slug) {
        return desk.get(resellers.current().id(), slug);
    }

    @POST
    @Operation(
            summary = "Sell an add-on of the house beside one's own plans at one's own price",
            description =
                    "Once a reseller has an add-on for sale, VPS on its plans are sold its add-ons and no others.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailAddOn.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewRetailAddOn body) {
        Reseller reseller = resellers.agreed();
        return Answers.of(idempotency.created(
                new Attempt(reseller.caller(), key, "retail-add-ons", body),
                () -> desk.create(reseller.caller(), reseller.id(), body),
                made -> SELF + made.addOn().slug()));
    }

    @POST
    @Path("/{slug}/versions")
    @Operation(summary = "Sell it at a new price; who bought before keeps the one before")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailAddOn.class)))
    public Response addVersion(
            @PathParam("slug") String slug, @HeaderParam("Idempotency-Key") @Nullable String key, NewAddOnPrice body) {
        Reseller reseller = resellers.current();
        return Answers.of(idempotency.created(
                new Attempt(reseller.caller(), key, "retail-add-ons/" + slug + "/versions", body),
                () -> desk.addVersion(reseller.caller(), reseller.id(), slug, body),
                made -> SELF + slug));
    }

    @PATCH
    @Path("/{slug}")
    @Operation(summary = "Change what is shown of it, or whether it is for sale")
    public RetailAddOn change(@PathParam("slug") String slug, AddOnChange body) {
        Reseller reseller = resellers.current();
        return desk.change(reseller.caller(), reseller.id(), slug, body);
    }
}
