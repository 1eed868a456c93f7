package dev.berth.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.store.LedgerService;
import dev.berth.payment.GatewayEvent.Disputed;
import dev.berth.payment.GatewayEvent.Paid;
import dev.berth.payment.GatewayEvent.Verdict;
import dev.berth.payment.GatewayEvents.Incoming;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Billed;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.testing.StripeWire;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payments by card, against a double of Stripe that loses answers; events twice and in any order. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class StripeTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    StripeWire stripe;

    @Inject
    PaymentService payments;

    @Inject
    PaymentJanitor janitor;

    @Inject
    GatewayEvents events;

    @Inject
    OpenInvoices open;

    @Inject
    LedgerService ledger;

    @Inject
    Billed billed;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private String owner = "";
    private UUID account = new UUID(0, 0);

    @BeforeEach
    void aCustomer() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        stripe.control("lose/off");
    }

    @AfterEach
    void theBooksAgree() {
        stripe.control("lose/off");
        stripe.control("key/good");
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    private UUID invoice() {
        billed.invoice(account);
        return billed.invoiceOf(account);
    }

    private JsonPath begun(Response response) {
        return response.then().statusCode(201).extract().jsonPath();
    }

    private JsonPath payInvoice(UUID invoice, boolean savedCard) {
        return begun(Given.once(owner)
                .body(Map.of("savedCard", savedCard))
                .post("/api/v1/invoices/" + invoice + "/card-payments"));
    }

    private JsonPath topUp(String key, String amount) {
        return begun(Given.as(owner)
                .header("Idempotency-Key", key)
                .body(Map.of("amount", amount))
                .post("/api/v1/accounts/" + account + "/top-ups"));
    }

    private JsonPath topUp(String amount) {
        return topUp(UUID.randomUUID().toString(), amount);
    }

    /** The customer pays on the page that a payment has. */
    private String paidPage(JsonPath begun) {
        String session = database.one(
                        "SELECT session_id FROM payment WHERE id = ?",
                        row -> row.text("session_id"),
                        begun.getUUID("payment.id"))
                .orElseThrow();
        return stripe.control("pay/" + session).asString();
    }

    private String intentOf(String page) {
        return stripe.object("payment_intents/" + JsonPath.from(page).getString("payment_intent"));
    }

    private void happened(String type, String object) {
        assertEquals(204, stripe.send(StripeWire.event(type, object)));
    }

    private String credit() {
        return ledger.statement(ADA, account).credit().toString();
    }

    private String openOf(UUID invoice) {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
    }

    private List<Payment> all() {
        return payments.list(ADA, account, Page.Ask.FIRST).items();
    }

    private State state(JsonPath begun) {
        return payments.get(ADA, begun.getUUID("payment.id")).state();
    }

    private void saveCard(String card) {
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card) VALUES (?, ?, ?, ?)",
                account,
                CreditorReference.ofAccount(account).body(),
                "cus_" + account,
                card);
    }

    /** As if its time had come. */
    private void look() {
        database.update(
                "UPDATE payment SET next_look_at = ? WHERE account_id = ? AND next_look_at IS NOT NULL",
                clock.instant(),
                account);
        database.update(
                "UPDATE refund r JOIN payment p ON p.id = r.payment_id SET r.next_look_at = ? WHERE p.account_id = ?"
                        + " AND r.next_look_at IS NOT NULL",
                clock.instant(),
                account);
        janitor.run();
    }

    /** FOSSBilling/FOSSBilling#3106, Paymenter/Paymenter#640: the same payment recorded twice. */
    @Test
    void aPaymentToldOfFourTimesInAnyOrderCountsOnce() {
        UUID invoice = invoice();
        JsonPath begun = payInvoice(invoice, false);
        assertTrue(begun.getString("next").startsWith("https://pay.example.org/"));
        String page = paidPage(begun);
        String same = StripeWire.event("payment_intent.succeeded", intentOf(page));

        assertEquals(204, stripe.send(same));
        assertEquals(204, stripe.send(same));
        happened("checkout.session.completed", page);
        happened("checkout.session.completed", page);

        assertEquals("0.00 EUR", openOf(invoice));
        assertEquals("0.00 EUR", credit());
        assertEquals(1, all().size());
        assertEquals(State.RECEIVED, state(begun));
    }

    /** getlago/lago-api#5870: topped up twice, because the request was repeated. */
    @Test
    void aTopUpAskedForTwiceWithOneKeyIsOne() {
        String key = UUID.randomUUID().toString();
        JsonPath first = topUp(key, "20.00");
        JsonPath second = topUp(key, "20.00");
        assertEquals(first.getString("payment.id"), second.getString("payment.id"));
        assertEquals(first.getString("next"), second.getString("next"));

        happened("checkout.session.completed", paidPage(first));

        assertEquals("20.00 EUR", credit());
        assertEquals(1, all().size());
    }

    @Test
    void anInvoiceHasOnePaymentUnderWay() {
        UUID invoice = invoice();

        JsonPath first = payInvoice(invoice, false);
        JsonPath second = payInvoice(invoice, false);

        assertEquals(first.getString("payment.id"), second.getString("payment.id"));
        assertEquals(first.getString("next"), second.getString("next"));
    }

    @Test
    void aCardIsSavedAndChargedWithoutTheCustomer() {
        UUID invoice = invoice();
        String next = Given.once(owner)
                .body("{}")
                .post("/api/v1/accounts/" + account + "/cards")
                .then()
                .statusCode(200)
                .extract()
                .path("next");
        String page = stripe.control("pay/" + next.substring(next.lastIndexOf('/') + 1))
                .asString();
        happened("checkout.session.completed", page);

        JsonPath begun = payInvoice(invoice, true);

        assertEquals("RECEIVED", begun.getString("payment.state"));
        assertEquals("0.00 EUR", openOf(invoice));
    }

    @Test
    void aRefusedCardMovesNothing() {
        UUID invoice = invoice();
        saveCard("pm_declined");

        JsonPath begun = payInvoice(invoice, true);

        assertEquals("FAILED", begun.getString("payment.state"));
        assertEquals("the card was refused", begun.getString("payment.reason"));
        assertEquals("11.90 EUR", openOf(invoice));
    }

    @Test
    void anAnswerThatWasLostIsAskedForAndNeverChargedAgain() {
        UUID invoice = invoice();
        saveCard("pm_good");
        stripe.control("lose/on");
        JsonPath begun = payInvoice(invoice, true);
        assertEquals("UNKNOWN", begun.getString("payment.state"));
        stripe.control("lose/off");

        JsonPath again = payInvoice(invoice, true);
        assertEquals(begun.getString("payment.id"), again.getString("payment.id"));
        assertEquals("UNKNOWN", again.getString("payment.state"));
        look();

        assertEquals(State.RECEIVED, state(begun));
        assertEquals("0.00 EUR", openOf(invoice));
        assertEquals(
                1,
                stripe.control("count/" + begun.getString("payment.id"))
                        .jsonPath()
                        .getInt("count"));
    }

    /** A key that is refused now says nothing of what was charged with the one before. */
    @Test
    void whatCannotBeAskedForHasNotFailed() {
        UUID invoice = invoice();
        saveCard("pm_good");
        stripe.control("lose/on");
        JsonPath begun = payInvoice(invoice, true);
        stripe.control("lose/off");

        stripe.control("key/refused");
        look();
        assertEquals(State.UNKNOWN, state(begun));
        stripe.control("key/good");
        look();

        assertEquals(State.RECEIVED, state(begun));
        assertEquals("0.00 EUR", openOf(invoice));
    }

    /** Given up after two days, and nothing else could be paid by card of its invoice. */
    @Test
    void staffAskAgainWhatBecameOfAPayment() {
        UUID invoice = invoice();
        saveCard("pm_good");
        stripe.control("lose/on");
        JsonPath begun = payInvoice(invoice, true);
        stripe.control("lose/off");
        String id = begun.getString("payment.id");
        database.update("UPDATE payment SET attempts = 24, next_look_at = NULL WHERE id = ?", id);
        look();
        assertEquals(State.UNKNOWN, state(begun));
        String path = "/api/admin/v1/payments/" + id + "/actions/ask-again";

        Given.as(Given.SUPPORT).post(path).then().statusCode(200);
        look();

        assertEquals(State.RECEIVED, state(begun));
        Given.as(Given.SUPPORT).post(path).then().statusCode(409);
    }

    @Test
    void whatNeverReachedTheGatewayFailsAfterSomeLooks() {
        JsonPath begun = topUp("5.00");
        database.update(
                "UPDATE payment SET state = 'UNKNOWN', session_id = NULL WHERE id = ?", begun.getString("payment.id"));

        for (int i = 0; i < 3; i++) {
            look();
            assertEquals(State.UNKNOWN, state(begun));
        }
        look();

        assertEquals(State.FAILED, state(begun));
    }

    @Test
    void anotherAmountThanAskedForWaitsForStaff() {
        UUID invoice = invoice();
        JsonPath begun = payInvoice(invoice, false);
        String page = paidPage(begun).replace("\"amount_total\":1190", "\"amount_total\":1");

        happened("checkout.session.completed", page);

        assertEquals("11.90 EUR", openOf(invoice));
        assertEquals(State.PENDING, state(begun));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM payment WHERE state = 'UNMATCHED' AND amount = 1 AND external_id = ?",
                        JsonPath.from(page).getString("payment_intent")));
    }

    @Test
    void aFailureThatComesAfterSuccessIsIgnored() {
        JsonPath begun = topUp("5.00");
        String page = paidPage(begun);
        happened("checkout.session.completed", page);

        happened("checkout.session.expired", page);

        assertEquals(State.RECEIVED, state(begun));
        assertEquals("5.00 EUR", credit());
    }

    @Test
    void anEventThatIsNotSignedByStripeIsRefused() {
        JsonPath begun = topUp("5.00");
        String event = StripeWire.event("checkout.session.completed", paidPage(begun));

        assertEquals(400, stripe.send(event, "whsec_guessed"));

        assertEquals(State.PENDING, state(begun));
    }

    /** openmeterio/openmeter#5118: the key was kept although the effect had failed, and the retry was taken for a repeat. */
    @Test
    void anEventWhoseEffectFailedLeavesNoTraceAndCountsWhenItComesAgain() {
        JsonPath begun = topUp("5.00");
        Money amount = Money.of("5.00", "EUR");
        String id = "evt_" + UUID.randomUUID();
        Paid paid = new Paid(begun.getUUID("payment.id"), "pi_" + id, amount);
        Money none = Money.of("0.00", "EUR");
        GatewayEvent impossible = new Disputed(paid, "dp_" + id, none, none, Verdict.OPEN);
        assertThrows(
                RuntimeException.class, () -> events.take(new Incoming(Payment.Method.STRIPE, id, "x", impossible)));
        assertEquals(State.PENDING, state(begun));

        assertTrue(events.take(new Incoming(Payment.Method.STRIPE, id, "x", paid)));
        assertFalse(events.take(new Incoming(Payment.Method.STRIPE, id, "x", paid)));

        assertEquals("5.00 EUR", credit());
    }

    private JsonPath refund(JsonPath begun, String amount) {
        return Given.once(Given.ADMIN)
                .body(Map.of("amount", amount, "reason", "asked for it"))
                .post("/api/admin/v1/payments/" + begun.getString("payment.id") + "/refunds")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    private JsonPath toppedUp(String amount) {
        JsonPath begun = topUp(amount);
        happened("checkout.session.completed", paidPage(begun));
        return begun;
    }

    @Test
    void aRefundLeavesTheCreditAndComesBackWhenItFails() {
        JsonPath begun = toppedUp("20.00");

        JsonPath refund = refund(begun, "5.00");
        assertEquals("SUCCEEDED", refund.getString("state"));
        assertEquals("15.00 EUR", credit());

        happened(
                "refund.failed",
                "{\"id\":\"re_x\",\"object\":\"refund\",\"status\":\"failed\",\"amount\":500,\"currency\":\"eur\",\"metadata\":"
                        + "{\"refund\":\"%s\"}}".formatted(refund.getString("id")));
        assertEquals("20.00 EUR", credit());
    }

    @Test
    void aRefundWhoseAnswerWasLostIsFound() {
        JsonPath begun = toppedUp("20.00");
        stripe.control("lose/on");
        JsonPath refund = refund(begun, "5.00");
        assertEquals("UNKNOWN", refund.getString("state"));
        stripe.control("lose/off");

        stripe.control("key/refused");
        look();
        assertEquals("15.00 EUR", credit(), "what cannot be asked for has not failed");
        stripe.control("key/good");
        look();

        assertEquals("15.00 EUR", credit());
        Given.as(Given.ADMIN)
                .get("/api/admin/v1/payments/" + begun.getString("payment.id") + "/refunds")
                .then()
                .body("[0].state", org.hamcrest.Matchers.equalTo("SUCCEEDED"));
    }

    private static String dispute(String page, String status, long amount) {
        return "{\"id\":\"dp_%s\",\"object\":\"dispute\",\"status\":\"%s\",\"amount\":%d,\"currency\":\"eur\",\"payment_intent\":\"%s\"}"
                .formatted(
                        JsonPath.from(page).getString("payment_intent"),
                        status,
                        amount,
                        JsonPath.from(page).getString("payment_intent"));
    }

    /** Told of in the wrong order: the verdict, the dispute, the payment. */
    @Test
    void aLostDisputeMakesTheInvoiceOpenAgainWhateverTheOrder() {
        UUID invoice = invoice();
        JsonPath begun = payInvoice(invoice, false);
        String page = paidPage(begun);

        happened("charge.dispute.closed", dispute(page, "lost", 1_190));
        happened("charge.dispute.created", dispute(page, "needs_response", 1_190));
        happened("checkout.session.completed", page);

        assertEquals("11.90 EUR", openOf(invoice));
        assertEquals("11.90 EUR", ledger.statement(ADA, account).owed().toString());
        assertEquals("0.00 EUR", credit());
        billed.overdue(invoice);
        assertEquals(1, open.overdue(new AccountId(account)).size());
    }

    @Test
    void aDisputeThatWasWonChangesNothingForTheCustomer() {
        JsonPath begun = topUp("20.00");
        String page = paidPage(begun);
        happened("checkout.session.completed", page);

        happened("charge.dispute.created", dispute(page, "needs_response", 2_000));
        happened("charge.dispute.closed", dispute(page, "won", 2_000));
        happened("charge.dispute.closed", dispute(page, "won", 2_000));

        assertEquals("20.00 EUR", credit());
    }

    @Test
    void aLostDisputeTakesTheCreditThatIsLeft() {
        JsonPath begun = topUp("20.00");
        String page = paidPage(begun);
        happened("checkout.session.completed", page);

        happened("charge.dispute.closed", dispute(page, "lost", 2_000));

        assertEquals("0.00 EUR", credit());
    }
}
