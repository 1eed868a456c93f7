package dev.berth.payment;

import dev.berth.payment.Payment.State;
import dev.berth.payment.PaymentDesk.Assignment;
import dev.berth.payment.PaymentDesk.NewBankPayment;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Payments for staff. */
@Path("/api/admin/v1/payments")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class PaymentAdminResource {
    private final Callers callers;
    private final PaymentDesk desk;
    private final Idempotency idempotency;

    PaymentAdminResource(Callers callers, PaymentDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Payments of all accounts in a state (UNMATCHED without ?state), newest first")
    public Page<PaymentJson.Shown> list(
            @QueryParam("state") Optional<String> state,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Page<Payment> page = desk.list(
                callers.current(),
                state.map(PaymentAdminResource::named).orElse(State.UNMATCHED),
                Page.Ask.of(limit, cursor));
        return new Page<>(page.items().stream().map(PaymentJson.Shown::of).toList(), page.nextCursor());
    }

    private static State named(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Problem.invalid("state", "is no state of a payment"));
    }

    @POST
    @Operation(summary = "Write down a payment that the bank shows; the same bank reference counts once")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = PaymentJson.Shown.class)))
    public Response record(@HeaderParam("Idempotency-Key") @Nullable String key, NewBankPayment body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.once(new Attempt(caller, key, "payments", body), () -> {
            Payment payment = desk.record(caller, body);
            return Effect.created("/api/v1/payments/" + payment.id(), PaymentJson.Shown.of(payment));
        }));
    }

    @POST
    @Path("/{id}/actions/ask-again")
    @Operation(
            summary = "Ask the payment provider again what became of a payment",
            description =
                    "For one that is on its way or UNKNOWN and no longer asked for by itself. Nothing is charged by that.")
    public PaymentJson.Shown askAgain(@PathParam("id") String id) {
        return PaymentJson.Shown.of(desk.askAgain(callers.current(), Ids.parse("payment", id)));
    }

    @POST
    @Path("/{id}/assignment")
    @Operation(summary = "Say whose an unmatched payment is, and which invoice it is for, with a reason")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = PaymentJson.Shown.class)))
    public Response assign(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, Assignment body) {
        Caller caller = callers.current();
        UUID payment = Ids.parse("payment", id);
        Attempt attempt = new Attempt(caller, key, "payments/" + payment + "/assignment", body);
        return Answers.of(
                idempotency.once(attempt, () -> Effect.ok(PaymentJson.Shown.of(desk.assign(caller, payment, body)))));
    }
}
