package dev.berth.invoice;

import dev.berth.catalog.NewVersion;
import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a new price would mean. */
@Path("/api/admin/v1/plans/{slug}/impact")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class PlanImpactResource {
    private final Callers callers;
    private final Simulator simulator;

    PlanImpactResource(Callers callers, Simulator simulator) {
        this.callers = callers;
        this.simulator = simulator;
    }

    @POST
    @Operation(
            summary =
                    "Who would have paid the house what in the last billing period, had a plan been sold like this, less coupons: for"
                            + " VPS of a reseller's customers the reseller, once it is billed for them. Beyond 10,000 VPS the accounts with most"
                            + " are looked at: unseen says how many others there are. Stores nothing")
    public SimulatorJson.PriceImpact impact(@PathParam("slug") String slug, NewVersion body) {
        return SimulatorJson.PriceImpact.of(simulator.impact(callers.current(), slug, body));
    }
}
