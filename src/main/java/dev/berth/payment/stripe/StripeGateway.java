package dev.berth.payment.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.checkout.SessionCreateParams;
import dev.berth.payment.Gateway;
import dev.berth.payment.Outcome;
import dev.berth.payment.Payment;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Charges and refunds at Stripe. Our id is the idempotency key and stands in the metadata: the same request is done once, and
 * what became of it can be asked for. A 4xx answer means that nothing was moved; no answer, 409, 429 and 5xx mean that nobody
 * knows. Source: docs.stripe.com/api/errors, docs.stripe.com/api/idempotent_requests.
 */
@ApplicationScoped
public class StripeGateway implements Gateway {
    /** Keys of metadata. */
    static final String PAYMENT = "payment";

    static final String ACCOUNT = "account";
    static final String REFUND = "refund";
    /** Says that a customer pays on a page: there a declined card is not the end. */
    static final String PAGE = "page";

    private static final long MOST_REFUNDS = 100;
    private static final int UNKNOWN_KEY = 401;

    private final StripeSettings settings;

    StripeGateway(StripeSettings settings) {
        this.settings = settings;
    }

    @Override
    public Payment.Method method() {
        return Payment.Method.STRIPE;
    }

    @Override
    public boolean on() {
        return settings.on();
    }

    /** A call of the library. */
    @FunctionalInterface
    private interface Call<T> {
        T on(StripeClient client) throws StripeException;
    }

    private Outcome call(Call<Outcome> call) {
        try {
            return call.on(settings.client());
        } catch (StripeException e) {
            return failure(e);
        }
    }

    /**
     * About what was sent before: that it is not there says something. Any other refusal is one of the question, such as of a key that was
     * changed: what was sent may have been done.
     */
    private Outcome ask(Call<Outcome> call) {
        try {
            return call.on(settings.client());
        } catch (StripeException e) {
            return "resource_missing".equals(e.getCode())
                    ? new Outcome.NotThere()
                    : new Outcome.Unknown("the payment provider does not say: " + code(e));
        }
    }

    private static String code(StripeException e) {
        return Optional.ofNullable(e.getCode()).orElse(e.getClass().getSimpleName());
    }

    private static Outcome failure(StripeException e) {
        int status = Optional.ofNullable(e.getStatusCode()).orElse(0);
        if (status == UNKNOWN_KEY || status == 403) {
            return new Outcome.Declined("the payment provider does not take our key");
        }
        boolean refused = status >= 400 && status < 500 && status != 409 && status != 429;
        return refused ? new Outcome.Declined(Refusals.of(code(e))) : new Outcome.Unknown("no answer: " + code(e));
    }

    private static RequestOptions once(String what, UUID id) {
        return RequestOptions.builder().setIdempotencyKey(what + "-" + id).build();
    }

    @Override
    public Outcome charge(Charge charge) {
        return charge.card().map(card -> chargeCard(charge, card)).orElseGet(() -> page(charge));
    }

    /** Restricted keys may not see the balance (403) and are known all the same. Source: docs.stripe.com/api/errors. */
    @Override
    public boolean knowsUs() {
        try {
            settings.client().v1().balance().retrieve();
            return true;
        } catch (StripeException e) {
            return Optional.ofNullable(e.getStatusCode()).orElse(0) != UNKNOWN_KEY;
        }
    }

    @Override
    public Money least(Currency currency) {
        return StripeMoney.least(currency);
    }

    private Outcome chargeCard(Charge charge, Card card) {
        PaymentIntentCreateParams params = PaymentIntentCreateParams.builder()
                .setAmount(charge.amount().minor())
                .setCurrency(currency(charge.amount()))
                .setCustomer(card.customer())
                .setPaymentMethod(card.card())
                .setOffSession(true)
                .setConfirm(true)
                .setDescription(charge.what())
                .putMetadata(PAYMENT, charge.payment().toString())
                .build();
        return call(client -> outcome(client.v1().paymentIntents().create(params, once("payment", charge.payment()))));
    }

    private Outcome page(Charge charge) {
        String id = charge.payment().toString();
        SessionCreateParams params = SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.PAYMENT)
                .setSuccessUrl(charge.back() + "?paid=" + id)
                .setCancelUrl(charge.back().toString())
                .putMetadata(PAYMENT, id)
                .setPaymentIntentData(SessionCreateParams.PaymentIntentData.builder()
                        .setDescription(charge.what())
                        .putMetadata(PAYMENT, id)
                        .putMetadata(PAGE, "true")
                        .build())
                .addLineItem(item(charge))
                .build();
        return call(client ->
                pending(client.v1().checkout().sessions().create(params, once("payment", charge.payment()))));
    }

    private static SessionCreateParams.LineItem item(Charge charge) {
        return SessionCreateParams.LineItem.builder()
                .setQuantity(1L)
                .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                        .setCurrency(currency(charge.amount()))
                        .setUnitAmount(charge.amount().minor())
                        .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                .setName(charge.what())
                                .build())
                        .build())
                .build();
    }

    private static Outcome pending(Session session) {
        return new Outcome.Pending(
                Optional.of(session.getId()),
                Optional.ofNullable(session.getUrl()).map(URI::create));
    }

    @Override
    public Outcome saveCard(AccountId account, UUID request, URI back) {
        CustomerCreateParams customer = CustomerCreateParams.builder()
                .putMetadata(ACCOUNT, account.toString())
                .build();
        return call(client -> {
            Customer made = client.v1().customers().create(customer, once("customer", account.value()));
            SessionCreateParams params = SessionCreateParams.builder()
                    .setMode(SessionCreateParams.Mode.SETUP)
                    .setCustomer(made.getId())
                    .addPaymentMethodType(SessionCreateParams.PaymentMethodType.CARD)
                    .setSuccessUrl(back + "?saved=card")
                    .setCancelUrl(back.toString())
                    .putMetadata(ACCOUNT, account.toString())
                    .build();
            return pending(client.v1().checkout().sessions().create(params, once("card", request)));
        });
    }

    /** Without a key of ours: Stripe would answer a second try as it did the first, although that one failed. */
    @Override
    public Outcome detach(Card card) {
        return whetherThere(client -> client.v1().paymentMethods().detach(card.card()));
    }

    @Override
    public Outcome lookUpCard(Card card) {
        return whetherThere(client -> client.v1().paymentMethods().retrieve(card.card()));
    }

    /** One that is no customer's is charged for nothing, and cannot be saved again. Source: docs.stripe.com/api/payment_methods/detach. */
    private Outcome whetherThere(Call<PaymentMethod> call) {
        try {
            return call.on(settings.client()).getCustomer() == null
                    ? new Outcome.NotThere()
                    : new Outcome.Pending(Optional.empty(), Optional.empty());
        } catch (StripeException e) {
            return "resource_missing".equals(e.getCode()) ? new Outcome.NotThere() : failure(e);
        }
    }

    @Override
    public Outcome lookUp(Payment payment, Optional<String> sessionId) {
        return ask(client -> sessionId.isPresent()
                ? outcome(client, client.v1().checkout().sessions().retrieve(sessionId.get()))
                : search(client, payment.id()));
    }

    /**
     * A bank refuses a debit days after its page was complete. The page stays so, unpaid: only what was to be paid on it says that
     * it never will be. Source: docs.stripe.com/payments/paymentintents/lifecycle.
     */
    private static Outcome outcome(StripeClient client, Session session) throws StripeException {
        Outcome outcome = outcome(session);
        boolean later = outcome instanceof Outcome.Pending && "complete".equals(session.getStatus());
        if (!later || session.getPaymentIntent() == null) {
            return outcome;
        }
        PaymentIntent intent = client.v1().paymentIntents().retrieve(session.getPaymentIntent());
        String status = intent.getStatus();
        return switch (status) {
            case "requires_payment_method" -> new Outcome.Declined(Refusals.BY_BANK);
            case "canceled" -> new Outcome.Declined(Refusals.of(status));
            default -> outcome;
        };
    }

    private static Outcome search(StripeClient client, UUID payment) throws StripeException {
        PaymentIntentSearchParams params = PaymentIntentSearchParams.builder()
                .setQuery("metadata['%s']:'%s'".formatted(PAYMENT, payment))
                .build();
        return client.v1().paymentIntents().search(params).getData().stream()
                .findFirst()
                .map(StripeGateway::outcome)
                .orElseGet(Outcome.NotThere::new);
    }

    private static Outcome outcome(Session session) {
        if ("paid".equals(session.getPaymentStatus())) {
            return new Outcome.Succeeded(
                    session.getPaymentIntent(), StripeMoney.of(session.getAmountTotal(), session.getCurrency()));
        }
        return "expired".equals(session.getStatus())
                ? new Outcome.Declined("the page's time was over")
                : new Outcome.Pending(Optional.of(session.getId()), Optional.empty());
    }

    private static Outcome outcome(PaymentIntent intent) {
        return switch (intent.getStatus()) {
            case "succeeded" ->
                new Outcome.Succeeded(intent.getId(), StripeMoney.of(intent.getAmountReceived(), intent.getCurrency()));
            case "processing" -> new Outcome.Pending(Optional.empty(), Optional.empty());
            default -> new Outcome.Declined(Refusals.of(intent.getStatus()));
        };
    }

    @Override
    public Outcome refund(UUID refund, Payment payment, Money amount) {
        RefundCreateParams params = RefundCreateParams.builder()
                .setPaymentIntent(payment.externalId().orElseThrow())
                .setAmount(amount.minor())
                .putMetadata(REFUND, refund.toString())
                .build();
        return call(client -> outcome(client.v1().refunds().create(params, once("refund", refund))));
    }

    @Override
    public Outcome lookUpRefund(UUID refund, Payment payment) {
        RefundListParams params = RefundListParams.builder()
                .setPaymentIntent(payment.externalId().orElseThrow())
                .setLimit(MOST_REFUNDS)
                .build();
        return ask(client -> client.v1().refunds().list(params).getData().stream()
                .filter(found -> refund.toString().equals(found.getMetadata().get(REFUND)))
                .findFirst()
                .map(StripeGateway::outcome)
                .orElseGet(Outcome.NotThere::new));
    }

    static Outcome outcome(Refund refund) {
        return switch (refund.getStatus()) {
            case "succeeded" ->
                new Outcome.Succeeded(refund.getId(), StripeMoney.of(refund.getAmount(), refund.getCurrency()));
            case "pending", "requires_action" -> new Outcome.Pending(Optional.of(refund.getId()), Optional.empty());
            default ->
                new Outcome.Declined("refused: "
                        + Optional.ofNullable(refund.getFailureReason()).orElse(refund.getStatus()));
        };
    }

    private static String currency(Money money) {
        return money.currency().getCurrencyCode().toLowerCase(Locale.ROOT);
    }
}
