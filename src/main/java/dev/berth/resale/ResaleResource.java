package dev.berth.resale;

import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.RetailDesk;
import dev.berth.catalog.RetailDesk.NewRetailPlan;
import dev.berth.catalog.RetailDesk.NewRetailVersion;
import dev.berth.catalog.RetailDesk.RetailPlan;
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

/** A reseller's own plans. */
@Path("/api/v1/retail-plans")
@Tag(name = "reseller")
@Authenticated
@RunOnVirtualThread
public class ResaleResource {
    private static final String SELF = "/api/v1/retail-plans/";

    private final Resellers resellers;
    private final RetailDesk desk;
    private final Idempotency idempotency;

    ResaleResource(Resellers resellers, RetailDesk desk, Idempotency idempotency) {
        this.resellers = resellers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(
            summary = "The reseller's plans in their newest version, each with the one of the house that it stands on")
    public List<RetailPlan> list() {
        return desk.all(resellers.current().id());
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One of the reseller's plans")
    public RetailPlan get(@PathParam("slug") String slug) {
        return desk.get(resellers.current().id(), slug);
    }

    @POST
    @Operation(
            summary = "Sell a plan of the house to one's customers at one's own prices",
            description = "Once a reseller has a plan for sale, its customers buy its plans and no others.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailPlan.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewRetailPlan body) {
        Reseller reseller = resellers.agreed();
        return Answers.of(idempotency.created(
                new Attempt(reseller.caller(), key, "retail-plans", body),
                () -> desk.create(reseller.caller(), reseller.id(), body),
                made -> SELF + made.plan().slug()));
    }

    @POST
    @Path("/{slug}/versions")
    @Operation(summary = "Sell it at new prices; who bought before keeps the ones before")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailPlan.class)))
    public Response addVersion(
            @PathParam("slug") String slug,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            NewRetailVersion body) {
        Reseller reseller = resellers.current();
        return Answers.of(idempotency.created(
                new Attempt(reseller.caller(), key, "retail-plans/" + slug + "/versions", body),
                () -> desk.addVersion(reseller.caller(), reseller.id(), slug, body),
                made -> SELF + slug));
    }

    @PATCH
    @Path("/{slug}")
    @Operation(summary = "Change what is shown of it, or whether it is for sale")
    public RetailPlan change(@PathParam("slug") String slug, PlanChange body) {
        Reseller reseller = resellers.current();
        return desk.change(reseller.caller(), reseller.id(), slug, body);
    }
}
