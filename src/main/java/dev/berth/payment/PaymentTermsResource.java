package dev.berth.payment;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
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

    PaymentTermsResource(Callers callers, PaymentService payments) {
        this.callers = callers;
        this.payments = payments;
    }

    @GET
    @Operation(summary = "The account's own payment reference, and what its credit is used for")
    public PaymentJson.Terms get(@PathParam("id") String id) {
        return PaymentJson.Terms.of(payments.settings(callers.current(), Ids.parse("account", id)));
    }

    /** @param creditPartly whether credit pays a part of an invoice that it does not cover */
    public record Change(@Nullable Boolean creditPartly) {}

    @PUT
    @Operation(summary = "Say whether credit pays a part of an invoice that it does not cover")
    public PaymentJson.Terms put(@PathParam("id") String id, Change body) {
        Boolean partly = body.creditPartly();
        if (partly == null) {
            throw Problem.invalid("creditPartly", "is missing");
        }
        return PaymentJson.Terms.of(payments.creditPartly(callers.current(), Ids.parse("account", id), partly));
    }
}
