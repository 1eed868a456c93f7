package dev.berth.payment;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.units.Amount;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Refunds of all payments whose end is not known, for staff. */
@Path("/api/admin/v1/refunds")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class OpenRefundResource {
    private final Callers callers;
    private final Refunds refunds;

    OpenRefundResource(Callers callers, Refunds refunds) {
        this.callers = callers;
        this.refunds = refunds;
    }

    /** @param reason what the payment provider said last */
    public record OpenRefund(
            UUID id, UUID paymentId, String state, Amount amount, Optional<String> reason, Instant createdAt) {
        static OpenRefund of(Refund r) {
            return new OpenRefund(
                    r.id(), r.payment(), r.state().name(), Amount.of(r.amount()), r.reason(), r.createdAt());
        }
    }

    @GET
    @Operation(
            summary =
                    "Refunds whose end was not known after about 60 days and that are no longer asked for, newest first")
    public List<OpenRefund> list() {
        return refunds.givenUp(callers.current()).stream().map(OpenRefund::of).toList();
    }

    @POST
    @Path("/{id}/actions/ask-again")
    @Operation(
            summary = "Ask the payment provider again what became of a refund",
            description = "And again for weeks where it does not say. Nothing is sent back by that.")
    public OpenRefund askAgain(@PathParam("id") String id) {
        return OpenRefund.of(refunds.askAgain(callers.current(), Ids.parse("refund", id)));
    }
}
