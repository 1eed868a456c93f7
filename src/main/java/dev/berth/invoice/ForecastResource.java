package dev.berth.invoice;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a VPS will cost if it goes on as it did. */
@Path("/api/v1/vps/{id}/forecast")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class ForecastResource {
    private final Callers callers;
    private final Simulator simulator;

    ForecastResource(Callers callers, Simulator simulator) {
        this.callers = callers;
        this.simulator = simulator;
    }

    @GET
    @Operation(
            summary =
                    "Expected price of the billing period under way, less coupons and without tax, if use goes on as so far")
    public SimulatorJson.Forecast get(@PathParam("id") String id) {
        return SimulatorJson.Forecast.of(simulator.forecast(callers.current(), Ids.parse("VPS", id)));
    }
}
