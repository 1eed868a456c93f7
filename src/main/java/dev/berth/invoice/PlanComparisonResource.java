package dev.berth.invoice;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a VPS would have cost on another plan. */
@Path("/api/v1/vps/{id}/plan-comparison")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class PlanComparisonResource {
    private static final int USUAL_PERIODS = 3;

    private final Callers callers;
    private final Simulator simulator;

    PlanComparisonResource(Callers callers, Simulator simulator) {
        this.callers = callers;
        this.simulator = simulator;
    }

    @GET
    @Operation(
            summary = "What it cost and what it would have cost on another plan, from the same readings and less"
                    + " coupons, without tax, one-off prices and fractions of a cent from bills before; the three billing periods before this"
                    + " one unless periods (0 to 12) says otherwise; each at the prices of who bills it, unpriced where that is a"
                    + " reseller without a price for the plan")
    public SimulatorJson.PlanComparison get(
            @PathParam("id") String id,
            @QueryParam("plan") Optional<String> plan,
            @QueryParam("periods") Optional<Integer> periods) {
        return SimulatorJson.PlanComparison.of(simulator.compare(
                callers.current(), Ids.parse("VPS", id), plan.orElse(""), periods.orElse(USUAL_PERIODS)));
    }
}
