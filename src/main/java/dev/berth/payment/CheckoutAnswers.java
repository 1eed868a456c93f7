package dev.berth.payment;

import dev.berth.payment.Checkout.Begun;
import dev.berth.platform.Caller;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Answer;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Begins a payment once for a key and answers with the payment as it is by now, also when it is asked for again. */
@ApplicationScoped
class CheckoutAnswers {
    private static final String PAYMENTS = "/api/v1/payments/";

    private final Checkout checkout;
    private final Idempotency idempotency;

    CheckoutAnswers(Checkout checkout, Idempotency idempotency) {
        this.checkout = checkout;
        this.idempotency = idempotency;
    }

    /** @param next the page on which the customer pays */
    record BegunJson(PaymentJson.Shown payment, Optional<String> next) {
        static BegunJson of(Begun begun) {
            return new BegunJson(PaymentJson.Shown.of(begun.payment()), begun.next());
        }
    }

    /** The gateway is asked after the payment's row is committed. */
    Response begun(Caller caller, Attempt attempt, boolean savedCard, Supplier<UUID> begin) {
        Answer answer = idempotency.once(attempt, () -> {
            UUID payment = begin.get();
            return Effect.created(PAYMENTS + payment, Map.of("id", payment));
        });
        String location = answer.location().orElseThrow();
        UUID payment = UUID.fromString(location.substring(PAYMENTS.length()));
        return Response.created(URI.create(location))
                .entity(BegunJson.of(checkout.send(caller, payment, savedCard)))
                .build();
    }
}
