package dev.berth.payment;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How an account pays. */
@Path("/api/v1/accounts/{id}/payment-settings")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class PaymentTermsResource {
    private final Callers callers;
    private final PaymentService payments;
    private final Transactions transactions;

    PaymentTermsResource(Callers callers, PaymentService payments, Transactions transactions) {
        this.callers = callers;
        this.transactions = transactions;
        this.payments = payments;
    }

    @GET
    @Operation(
            summary =
                    "The account's own payment reference, what its credit is used for, and whether its card is charged")
    public PaymentJson.Terms get(@PathParam("id") String id) {
        return PaymentJson.Terms.of(payments.settings(callers.current(), Ids.parse("account", id)));
    }

    /**
     * What is left out stays.
     *
     * @param creditPartly whether credit pays a part of an invoice that it does not cover
     * @param chargeCard true: the account agrees that its invoices are charged to its saved card when they are due
     */
    public record Change(
            @Nullable Boolean creditPartly, @Nullable Boolean chargeCard) {}

    @PUT
    @Operation(
            summary =
                    "Say whether credit pays a part of an invoice that it does not cover, and whether invoices are charged"
                            + " to the saved card when they are due")
    public PaymentJson.Terms put(@PathParam("id") String id, Change body) {
        Boolean partly = body.creditPartly();
        Boolean charge = body.chargeCard();
        if (partly == null && charge == null) {
            throw Problem.invalid("creditPartly", "is missing, and chargeCard too");
        }
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        return PaymentJson.Terms.of(transactions.run(() -> {
            if (charge != null) {
                payments.chargeCard(caller, account, charge);
            }
            return partly == null ? payments.settings(caller, account) : payments.creditPartly(caller, account, partly);
        }));
    }
}
