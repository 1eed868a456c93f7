package dev.berth.invoice;

import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Billing for staff. */
@Path("/api/admin/v1/parked-periods")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class BillingAdminResource {
    private final Callers callers;
    private final BillingService billing;

    BillingAdminResource(Callers callers, BillingService billing) {
        this.callers = callers;
        this.billing = billing;
    }

    @GET
    @Operation(summary = "Billing periods that are over and wait, with the reason; oldest first")
    public List<InvoiceJson.Parked> list() {
        return billing.parked(callers.current()).stream()
                .map(InvoiceJson.Parked::of)
                .toList();
    }
}
