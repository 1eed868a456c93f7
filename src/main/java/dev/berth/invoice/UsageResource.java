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

/** What a VPS used and what that costs so far. */
@Path("/api/v1/vps/{id}/usage")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class UsageResource {
    private final Callers callers;
    private final BillingService billing;

    UsageResource(Callers callers, BillingService billing) {
        this.callers = callers;
        this.billing = billing;
    }

    @GET
    @Operation(summary = "Usage and price of the billing period under way, with what coupons take off")
    public InvoiceJson.Usage get(@PathParam("id") String id) {
        return InvoiceJson.Usage.of(billing.usage(callers.current(), Ids.parse("vps", id)));
    }
}
