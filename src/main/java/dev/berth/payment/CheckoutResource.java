package dev.berth.payment;

import dev.berth.payment.Checkout.Begun;
import dev.berth.payment.Checkout.NewTopUp;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Answer;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Paying by card: an invoice, or credit. The key makes the payment once; asking again gives the same one as it is by now. */
@Path("/api/v1")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class CheckoutResource {
    private static final String PAYMENTS = "/api/v1/payments/";

    private final Callers callers;
    private final Checkout checkout;
    private final Idempotency idempotency;

    CheckoutResource(Callers callers, Checkout checkout, Idempotency idempotency) {
        this.callers = callers;
        this.checkout = checkout;
        this.idempotency = idempotency;
    }

    /** @param savedCard whether the account's saved card is charged; else the answer says where to go on */
    public record CardPayment(@Nullable Boolean savedCard) {}

    /** @param next the page on which the customer pays */
    public record BegunJson(PaymentJson.Shown payment, Optional<String> next) {
        static BegunJson of(Begun begun) {
            return new BegunJson(PaymentJson.Shown.of(begun.payment()), begun.next());
        }
    }

    @POST
    @Path("/invoices/{id}/card-payments")
    @Operation(summary = "Pay what is open of an invoice by card")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = BegunJson.class)))
    public Response pay(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, CardPayment body) {
        Caller caller = callers.current();
        UUID invoice = Ids.parse("invoice", id);
        Answer answer = idempotency.once(
                new Attempt(caller, key, "invoices/" + invoice + "/card-payments", body),
                () -> effect(checkout.forInvoice(caller, invoice)));
        return begun(caller, answer, Boolean.TRUE.equals(body.savedCard()));
    }

    @POST
    @Path("/accounts/{id}/top-ups")
    @Operation(summary = "Pay in credit by card")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = BegunJson.class)))
    public Response topUp(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, NewTopUp body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        Answer answer = idempotency.once(
                new Attempt(caller, key, "accounts/" + account + "/top-ups", body),
                () -> effect(checkout.forTopUp(caller, account, body)));
        return begun(caller, answer, Boolean.TRUE.equals(body.savedCard()));
    }

    private static Effect effect(UUID payment) {
        return Effect.created(PAYMENTS + payment, Map.of("id", payment));
    }

    /** The gateway is asked after the payment's row is committed. */
    private Response begun(Caller caller, Answer answer, boolean savedCard) {
        String location = answer.location().orElseThrow();
        UUID payment = UUID.fromString(location.substring(PAYMENTS.length()));
        return Response.created(URI.create(location))
                .entity(BegunJson.of(checkout.send(caller, payment, savedCard)))
                .build();
    }

    /** @param next the page on which the card is entered */
    public record CardPage(String next) {}

    @POST
    @Path("/accounts/{id}/cards")
    @Operation(summary = "Save a card at the payment provider: the answer says where")
    public CardPage saveCard(@PathParam("id") String id) {
        return new CardPage(
                checkout.saveCard(callers.current(), Ids.parse("account", id)).toString());
    }
}
