package dev.berth.payment;

import dev.berth.payment.Refunds.NewRefund;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Answer;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.units.Amount;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Money that goes back. */
@Path("/api/admin/v1/payments/{id}/refunds")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class RefundResource {
    private final Callers callers;
    private final Refunds refunds;
    private final Idempotency idempotency;

    RefundResource(Callers callers, Refunds refunds, Idempotency idempotency) {
        this.callers = callers;
        this.refunds = refunds;
        this.idempotency = idempotency;
    }

    record Shown(UUID id, String state, Amount amount, String why, Optional<String> reason, Instant createdAt) {
        static Shown of(Refund r) {
            return new Shown(r.id(), r.state().name(), Amount.of(r.amount()), r.why(), r.reason(), r.createdAt());
        }
    }

    @GET
    @Operation(summary = "What of a payment was sent back")
    public List<Shown> list(@PathParam("id") String id) {
        return refunds.ofPayment(callers.current(), Ids.parse("payment", id)).stream()
                .map(Shown::of)
                .toList();
    }

    @POST
    @Operation(
            summary = "Send back a part of a payment that is still the account's credit, with a reason",
            description =
                    "Of a bank transfer this says that staff have sent it; a card is refunded by the payment provider.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Shown.class)))
    public Response refund(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, NewRefund body) {
        Caller caller = callers.current();
        UUID payment = Ids.parse("payment", id);
        String path = "payments/" + payment + "/refunds";
        Answer answer = idempotency.once(new Attempt(caller, key, path, body), () -> {
            UUID refund = refunds.begin(caller, payment, body);
            return Effect.created("/api/admin/v1/" + path + "#" + refund, Map.of("id", refund));
        });
        String location = answer.location().orElseThrow();
        UUID refund = UUID.fromString(location.substring(location.indexOf('#') + 1));
        return Response.status(Response.Status.CREATED)
                .entity(Shown.of(refunds.send(refund)))
                .build();
    }
}
