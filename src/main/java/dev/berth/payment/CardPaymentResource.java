package dev.berth.payment;

import dev.berth.payment.CheckoutAnswers.BegunJson;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Paying an invoice by card. */
@Path("/api/v1/invoices/{id}/card-payments")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class CardPaymentResource {
    private final Callers callers;
    private final Checkout checkout;
    private final CheckoutAnswers answers;

    CardPaymentResource(Callers callers, Checkout checkout, CheckoutAnswers answers) {
        this.callers = callers;
        this.checkout = checkout;
        this.answers = answers;
    }

    /** @param savedCard whether the account's saved card is charged; else the answer says where to go on */
    public record CardPayment(@Nullable Boolean savedCard) {}

    @POST
    @Operation(summary = "Pay what is open of an invoice by card; one payment of an invoice is under way at a time")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = BegunJson.class)))
    public Response pay(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, CardPayment body) {
        Caller caller = callers.current();
        UUID invoice = Ids.parse("invoice", id);
        Attempt attempt = new Attempt(caller, key, "invoices/" + invoice + "/card-payments", body);
        boolean savedCard = Boolean.TRUE.equals(body.savedCard());
        return answers.begun(caller, attempt, savedCard, () -> checkout.forInvoice(caller, invoice));
    }
}
