package dev.berth.payment.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.EventDataObjectDeserializationException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.exception.StripeException;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Dispute;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.SetupIntent;
import com.stripe.model.StripeObject;
import com.stripe.model.checkout.Session;
import com.stripe.net.Webhook;
import dev.berth.payment.Gateway.Card;
import dev.berth.payment.GatewayEvent;
import dev.berth.payment.GatewayEvent.CardSaved;
import dev.berth.payment.GatewayEvent.Disputed;
import dev.berth.payment.GatewayEvent.Failed;
import dev.berth.payment.GatewayEvent.Other;
import dev.berth.payment.GatewayEvent.Paid;
import dev.berth.payment.GatewayEvent.Refunded;
import dev.berth.payment.GatewayEvent.Verdict;
import dev.berth.payment.GatewayEvents.Incoming;
import dev.berth.payment.Payment;
import dev.berth.platform.Problem;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns Stripe's signed events into ours. What they only point to is asked for: they may be old, what is asked for is not. */
@ApplicationScoped
class StripeEvents {
    private final StripeSettings settings;

    StripeEvents(StripeSettings settings) {
        this.settings = settings;
    }

    /**
     * @param body as it came, byte for byte: the signature is over it
     * @throws Problem 400 unless it was signed with our secret within the last five minutes
     */
    Incoming read(String body, String signature) {
        String secret = settings.webhookSecret().orElseThrow(() -> Problem.notFound("webhook"));
        try {
            Event event = Webhook.constructEvent(body, signature, secret);
            return new Incoming(Payment.Method.STRIPE, event.getId(), event.getType(), translated(event));
        } catch (SignatureVerificationException e) {
            Problem problem = Problem.of(400, "bad-signature", "The signature is not ours.");
            problem.initCause(e);
            throw problem;
        } catch (StripeException e) {
            Problem problem =
                    Problem.of(503, "gateway-unavailable", "What the event is about cannot be asked for now.");
            problem.initCause(e);
            throw problem;
        }
    }

    private GatewayEvent translated(Event event) throws StripeException {
        String type = event.getType();
        return switch (object(event)) {
            case Session session -> session(event, session);
            case PaymentIntent intent -> intent(type, intent);
            case Refund refund
            when type.startsWith("refund.") || type.equals("charge.refund.updated") -> refund(refund);
            case Dispute dispute -> dispute(dispute);
            default -> new Other();
        };
    }

    /** Also of an event that was written for another version of the interface: the fields we read have not changed. */
    private static StripeObject object(Event event) {
        return event.getDataObjectDeserializer().getObject().orElseGet(() -> {
            try {
                return event.getDataObjectDeserializer().deserializeUnsafe();
            } catch (EventDataObjectDeserializationException e) {
                throw new IllegalStateException("event " + event.getId() + " cannot be read", e);
            }
        });
    }

    private GatewayEvent session(Event event, Session session) throws StripeException {
        Optional<UUID> payment = id(session.getMetadata(), StripeGateway.PAYMENT);
        Optional<UUID> account = id(session.getMetadata(), StripeGateway.ACCOUNT);
        if ("setup".equals(session.getMode()) && account.isPresent() && session.getSetupIntent() != null) {
            return saved(new AccountId(account.get()), session.getSetupIntent(), event.getCreated());
        }
        if (payment.isEmpty()) {
            return new Other();
        }
        return switch (event.getType()) {
            case "checkout.session.completed", "checkout.session.async_payment_succeeded" ->
                "paid".equals(session.getPaymentStatus())
                        ? new Paid(
                                payment.get(),
                                session.getPaymentIntent(),
                                StripeMoney.of(session.getAmountTotal(), session.getCurrency()))
                        : new Other();
            case "checkout.session.expired" -> new Failed(payment.get(), "the page's time was over");
            case "checkout.session.async_payment_failed" -> new Failed(payment.get(), Refusals.BY_BANK);
            default -> new Other();
        };
    }

    private GatewayEvent saved(AccountId account, String setupIntent, @Nullable Long second) throws StripeException {
        SetupIntent intent = client().v1().setupIntents().retrieve(setupIntent);
        if (intent.getPaymentMethod() == null || intent.getCustomer() == null) {
            return new Other();
        }
        return new CardSaved(
                account,
                new Card(intent.getCustomer(), intent.getPaymentMethod()),
                Optional.ofNullable(second).map(Instant::ofEpochSecond));
    }

    private static GatewayEvent intent(String type, PaymentIntent intent) {
        Optional<UUID> payment = id(intent.getMetadata(), StripeGateway.PAYMENT);
        boolean onPage = intent.getMetadata() != null && intent.getMetadata().containsKey(StripeGateway.PAGE);
        if (payment.isEmpty()) {
            return new Other();
        }
        return switch (type) {
            case "payment_intent.succeeded" -> paid(payment.get(), intent);
            // on a page the customer may try another card: the page ends it, not the card
            case "payment_intent.payment_failed", "payment_intent.canceled" ->
                onPage ? new Other() : new Failed(payment.get(), "the card was refused");
            default -> new Other();
        };
    }

    private static Paid paid(UUID payment, PaymentIntent intent) {
        return new Paid(payment, intent.getId(), StripeMoney.of(intent.getAmountReceived(), intent.getCurrency()));
    }

    private static GatewayEvent refund(Refund refund) {
        return id(refund.getMetadata(), StripeGateway.REFUND)
                .<GatewayEvent>map(id -> new Refunded(id, StripeGateway.outcome(refund)))
                .orElseGet(Other::new);
    }

    private GatewayEvent dispute(Dispute dispute) throws StripeException {
        // a warning moves no money
        if (dispute.getPaymentIntent() == null || dispute.getStatus().startsWith("warning")) {
            return new Other();
        }
        PaymentIntent intent = client().v1().paymentIntents().retrieve(dispute.getPaymentIntent());
        return id(intent.getMetadata(), StripeGateway.PAYMENT)
                .<GatewayEvent>map(payment -> new Disputed(
                        paid(payment, intent),
                        dispute.getId(),
                        StripeMoney.of(dispute.getAmount(), dispute.getCurrency()),
                        fee(dispute),
                        verdict(dispute)))
                .orElseGet(Other::new);
    }

    private static Verdict verdict(Dispute dispute) {
        return switch (dispute.getStatus()) {
            case "won" -> Verdict.WON;
            case "lost" -> Verdict.LOST;
            default -> Verdict.OPEN;
        };
    }

    /** In the dispute's own currency; one that is settled in another is left to the gateway's statement. */
    private static Money fee(Dispute dispute) {
        Money none = StripeMoney.of(0L, dispute.getCurrency());
        List<BalanceTransaction> moves =
                Optional.ofNullable(dispute.getBalanceTransactions()).orElse(List.of());
        return moves.stream()
                .filter(move -> move.getFee() > 0 && dispute.getCurrency().equals(move.getCurrency()))
                .map(move -> StripeMoney.of(move.getFee(), move.getCurrency()))
                .reduce(none, Money::plus);
    }

    private static Optional<UUID> id(@Nullable Map<String, String> metadata, String key) {
        if (metadata == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(metadata.get(key)).map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's metadata under the same key
        }
    }

    private StripeClient client() {
        return settings.client();
    }
}
