package dev.berth.payment;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What paid an invoice, and paying it. */
@Path("/api/v1/invoices/{id}")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class InvoicePaymentResource {
    private final Callers callers;
    private final PaymentService payments;
    private final Idempotency idempotency;

    InvoicePaymentResource(Callers callers, PaymentService payments, Idempotency idempotency) {
        this.callers = callers;
        this.payments = payments;
        this.idempotency = idempotency;
    }

    @GET
    @Path("/payments")
    @Operation(summary = "What is open of a final invoice, the reference to pay it with, and what paid it so far")
    public PaymentJson.OfInvoice get(@PathParam("id") String id) {
        return PaymentJson.OfInvoice.of(payments.ofInvoice(callers.current(), Ids.parse("invoice", id)));
    }

    @POST
    @Path("/credit-payments")
    @Operation(summary = "Pay an invoice from the account's credit, as far as it goes")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = PaymentJson.OfInvoice.class)))
    public Response payFromCredit(@HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id) {
        Caller caller = callers.current();
        UUID invoice = Ids.parse("invoice", id);
        Attempt attempt = new Attempt(caller, key, "invoices/" + invoice + "/credit-payments", Map.of());
        return Answers.of(idempotency.once(
                attempt, () -> Effect.ok(PaymentJson.OfInvoice.of(payments.payFromCredit(caller, invoice)))));
    }
}
