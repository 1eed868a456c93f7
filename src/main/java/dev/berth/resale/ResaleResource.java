package dev.berth.resale;

import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.RetailDesk;
import dev.berth.catalog.RetailDesk.NewRetailPlan;
import dev.berth.catalog.RetailDesk.NewRetailVersion;
import dev.berth.catalog.RetailDesk.RetailPlan;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
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
import java.util.UUID;
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

    private final Callers callers;
    private final WholesaleTerms terms;
    private final RetailDesk desk;
    private final Idempotency idempotency;

    ResaleResource(Callers callers, WholesaleTerms terms, RetailDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.terms = terms;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    private UUID owner(Caller caller) {
        return terms.reseller(caller).id();
    }

    @GET
    @Operation(
            summary = "The reseller's plans in their newest version, each with the one of the house that it stands on")
    public List<RetailPlan> list() {
        return desk.all(owner(callers.current()));
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One of the reseller's plans")
    public RetailPlan get(@PathParam("slug") String slug) {
        return desk.get(owner(callers.current()), slug);
    }

    @POST
    @Operation(
            summary = "Sell a plan of the house to one's customers at one's own prices",
            description = "Once a reseller has a plan for sale, its customers buy its plans and no others.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailPlan.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewRetailPlan body) {
        Caller caller = callers.current();
        UUID owner = owner(caller);
        terms.require(owner);
        return Answers.of(idempotency.once(new Attempt(caller, key, "retail-plans", body), () -> {
            RetailPlan plan = desk.create(caller, owner, body);
            return Effect.created(SELF + plan.plan().slug(), plan);
        }));
    }

    @POST
    @Path("/{slug}/versions")
    @Operation(summary = "Sell it at new prices; who bought before keeps the ones before")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailPlan.class)))
    public Response addVersion(
            @PathParam("slug") String slug,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            NewRetailVersion body) {
        Caller caller = callers.current();
        UUID owner = owner(caller);
        Attempt attempt = new Attempt(caller, key, "retail-plans/" + slug + "/versions", body);
        return Answers.of(idempotency.once(
                attempt, () -> Effect.created(SELF + slug, desk.addVersion(caller, owner, slug, body))));
    }

    @PATCH
    @Path("/{slug}")
    @Operation(summary = "Change what is shown of it, or whether it is for sale")
    public RetailPlan change(@PathParam("slug") String slug, PlanChange body) {
        Caller caller = callers.current();
        return desk.change(caller, owner(caller), slug, body);
    }
}
