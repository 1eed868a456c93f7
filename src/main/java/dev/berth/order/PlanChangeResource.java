package dev.berth.order;

import dev.berth.catalog.Plan;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.units.Amount;
import dev.berth.vps.Operation;
import dev.berth.vps.VpsPlan.Obstacle;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** A VPS on another plan. It runs on meanwhile. */
@Path("/api/v1/vps/{id}/plan-changes")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class PlanChangeResource {
    private final Callers callers;
    private final PlanChanges changes;
    private final Idempotency idempotency;

    PlanChangeResource(Callers callers, PlanChanges changes, Idempotency idempotency) {
        this.callers = callers;
        this.changes = changes;
        this.idempotency = idempotency;
    }

    /**
     * @param periodEnd of the billing period under way
     * @param restNow fees from now to its end on the present plan
     * @param restThen the same on the other one
     */
    public record PlanChangePreview(
            UUID vpsId,
            boolean possible,
            List<Obstacle> obstacles,
            List<String> warnings,
            Plan present,
            Plan next,
            Instant periodEnd,
            Amount restNow,
            Amount restThen) {
        static PlanChangePreview of(PlanChanges.Preview p) {
            return new PlanChangePreview(
                    p.vpsId(),
                    p.possible(),
                    p.obstacles(),
                    p.warnings(),
                    p.present(),
                    p.next(),
                    p.restThen().until(),
                    Amount.of(p.restNow().fees()),
                    Amount.of(p.restThen().fees()));
        }
    }

    @GET
    @Path("preview")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "What another plan would mean for it now: limits, prices, and everything that stands in the way")
    public PlanChangePreview preview(@PathParam("id") String id, @QueryParam("plan") Optional<String> plan) {
        return PlanChangePreview.of(changes.preview(callers.current(), Ids.parse("VPS", id), plan.orElse("")));
    }

    /** @param plan slug of a plan for sale */
    public record WantedPlan(@Nullable String plan) {}

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Put it on another plan, priced to the second from now on; its limits change while it runs")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response change(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, WantedPlan body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        return Answers.of(idempotency.once(new Attempt(caller, key, "vps/" + vps + "/plan-changes", body), () -> {
            Operation operation = changes.change(caller, vps, body.plan());
            return Effect.accepted(operation.path(), operation);
        }));
    }
}
