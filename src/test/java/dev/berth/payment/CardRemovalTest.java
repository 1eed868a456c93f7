package dev.berth.payment;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.InvoicePayer;
import dev.berth.invoice.OpenInvoices;
import dev.berth.mail.Outbox;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.Billed;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.testing.StripeWire;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Saved cards that are removed or replaced: gone here at once, and at Stripe, whatever breaks. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class CardRemovalTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    CardRemovals removals;

    @Inject
    CardCharges charges;

    @Inject
    Checkout checkout;

    @Inject
    PaymentJanitor janitor;

    @Inject
    PaymentService payments;

    @Inject
    InvoicePayer payer;

    @Inject
    OpenInvoices open;

    @Inject
    Outbox outbox;

    @Inject
    StripeWire stripe;

    @Inject
    Billed billed;

    @Inject
    Transactions transactions;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID invoice = new UUID(0, 0);

    @BeforeEach
    void anInvoice() {
        stripe.control("lose/off");
        // what other tests left
        database.update("UPDATE invoice_charge SET next_at = NULL");
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        database.update("UPDATE account SET email = 'owner@example.org' WHERE id = ?", account);
        billed.invoice(account);
        invoice = billed.invoiceOf(account);
    }

    @AfterEach
    void theLineIsWhole() {
        stripe.control("lose/off");
    }

    /** Its owner saves a card on Stripe's page, which tells nobody yet. */
    private String page() {
        String next = Given.once(owner)
                .body("{}")
                .post("/api/v1/accounts/" + account + "/cards")
                .then()
                .statusCode(200)
                .extract()
                .path("next");
        return stripe.control("pay/" + next.substring(next.lastIndexOf('/') + 1))
                .asString();
    }

    /** Each time as an event of its own. */
    private void told(String page) {
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", page)));
    }

    private String cardOf(String page) {
        String intent = JsonPath.from(page).getString("setup_intent");
        return JsonPath.from(stripe.object("setup_intents/" + intent)).getString("payment_method");
    }

    private String saved() {
        String page = page();
        told(page);
        return cardOf(page);
    }

    private void agree() {
        Given.as(owner)
                .body(Map.of("chargeCard", true))
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(200);
    }

    private void planned() {
        var until = transactions.run(() -> payer.tell(
                new InvoiceId(invoice),
                open.find(new InvoiceId(invoice)).orElseThrow().dueAt()));
        assertTrue(until.isPresent());
    }

    /** A charge that is noted and not sent yet. */
    private UUID begun() {
        agree();
        planned();
        Instant now = clock.instant();
        database.update(
                "UPDATE invoice_charge SET told_at = ?, next_at = ? WHERE invoice_id = ?",
                now.minus(Duration.ofDays(30)),
                now,
                invoice);
        return charges.next().orElseThrow().payment().orElseThrow();
    }

    private void remove() {
        Given.as(owner).delete("/api/v1/accounts/" + account + "/cards").then().statusCode(204);
    }

    private void settingsSay(boolean cardSaved, boolean chargeCard) {
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(200)
                .body("cardSaved", equalTo(cardSaved))
                .body("chargeCard", equalTo(chargeCard));
    }

    private void look() {
        for (String table : List.of("payment", "card_removal")) {
            database.update(
                    "UPDATE " + table + " SET next_look_at = ? WHERE account_id = ? AND next_look_at IS NOT NULL",
                    clock.instant(),
                    account);
        }
        janitor.run();
    }

    private boolean atStripe(String card) {
        return JsonPath.from(stripe.object("payment_methods/" + card)).getString("customer") != null;
    }

    private int askedToDetach(String card) {
        return JsonPath.from(stripe.object("payment_methods/" + card)).getInt("detach_asked");
    }

    private String state(String card) {
        return database.one(
                        "SELECT state FROM card_removal WHERE account_id = ? AND card = ?",
                        row -> row.text("state"),
                        account,
                        card)
                .orElse("none");
    }

    private long audited(String action) {
        return database.number(
                "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action = ?", account, action);
    }

    private Optional<Instant> next() {
        return database.one(
                        "SELECT next_at FROM invoice_charge WHERE invoice_id = ?",
                        row -> row.optionalInstant("next_at"),
                        invoice)
                .flatMap(at -> at);
    }

    private int chargedAtStripe(UUID payment) {
        return stripe.control("count/" + payment).jsonPath().getInt("count");
    }

    private boolean mailed() {
        return outbox.ofKey("charge-failed/" + invoice + "/1").isPresent();
    }

    @Test
    void aRemovedCardIsGoneHereAndThereAndWhatWasAgreedHasEnded() {
        String card = saved();
        agree();
        planned();

        remove();
        remove();

        settingsSay(false, false);
        assertEquals(Optional.empty(), next());
        assertEquals(0, charges.run());
        assertFalse(atStripe(card));
        assertEquals(1, askedToDetach(card));
        assertEquals("DONE", state(card));
        assertEquals(1, audited("payment.card-remove"));
        assertEquals(1, audited("payment.charge-withdraw"));
        assertEquals(0, payments.list(ADA, account, Page.Ask.FIRST).items().size());
    }

    @Test
    void withoutACardNothingIsDone() {
        remove();

        assertEquals(0, audited("payment.card-remove"));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM card_removal WHERE account_id = ?", account));
    }

    @Test
    void anAnswerThatWasLostIsAskedForAndTheCardGoesOnce() {
        String card = saved();
        stripe.control("lose/on");
        remove();
        stripe.control("lose/off");
        settingsSay(false, false);
        assertEquals("UNKNOWN", state(card));

        look();
        look();

        assertEquals("DONE", state(card));
        assertEquals(1, askedToDetach(card));
    }

    /** Killed after it was noted, before it was sent. */
    @Test
    void whatWasNotedAndNeverSentIsDoneByTheJanitor() {
        String card = saved();
        removals.begin(new Caller(owner.substring(0, owner.indexOf(';')), "", "", Set.of(Role.CUSTOMER)), account);
        settingsSay(false, false);
        assertEquals("CREATED", state(card));
        assertTrue(atStripe(card));

        look();

        assertEquals("DONE", state(card));
        assertFalse(atStripe(card));
        assertEquals(1, askedToDetach(card));
    }

    @Test
    void anEventThatComesLateDoesNotBringACardBack() {
        String page = page();
        told(page);
        remove();

        told(page);

        settingsSay(false, false);
        String another = saved();
        told(page);
        settingsSay(true, false);
        look();
        assertEquals("none", state(another));
        assertTrue(atStripe(another));
    }

    @Test
    void aCardThatAnotherReplacesIsRemovedAndWhatWasAgreedStays() {
        String first = page();
        told(first);
        agree();
        planned();
        String second = page();

        told(second);
        told(second);
        told(first);
        look();

        assertNotEquals(cardOf(first), cardOf(second));
        settingsSay(true, true);
        assertTrue(next().isPresent());
        assertEquals("DONE", state(cardOf(first)));
        assertFalse(atStripe(cardOf(first)));
        assertEquals("none", state(cardOf(second)));
        assertTrue(atStripe(cardOf(second)));
        assertEquals(1, audited("payment.card-remove"));
    }

    @Test
    void ofTwoCardsTheLaterOneStaysInWhateverOrderTheyAreTold() {
        String first = page();
        String second = page();
        Instant now = clock.instant();

        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", second, now)));
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", first, now.minusSeconds(60))));
        look();

        settingsSay(true, false);
        assertEquals("none", state(cardOf(second)));
        assertTrue(atStripe(cardOf(second)));
        assertEquals("DONE", state(cardOf(first)));
        assertFalse(atStripe(cardOf(first)));
    }

    @Test
    void aChargeThatWasNotSentYetIsNotSentAndNobodyIsToldThatItFailed() {
        saved();
        UUID payment = begun();
        remove();

        checkout.sendByItself(payment);

        assertEquals(State.FAILED, payments.get(ADA, payment).state());
        assertEquals(0, chargedAtStripe(payment));
        assertFalse(mailed());
        assertEquals(Optional.empty(), next());
    }

    @Test
    void neitherIsOneThatWasBegunByAPortalThatDied() {
        saved();
        UUID payment = begun();
        remove();

        for (int i = 0; i < 4; i++) {
            look();
        }

        assertEquals(State.FAILED, payments.get(ADA, payment).state());
        assertEquals(0, chargedAtStripe(payment));
        assertFalse(mailed());
    }

    @Test
    void aChargeThatIsUnderWayIsFinished() {
        String card = saved();
        UUID payment = begun();
        stripe.control("lose/on");
        checkout.sendByItself(payment);
        stripe.control("lose/off");
        assertEquals(State.UNKNOWN, payments.get(ADA, payment).state());
        remove();

        look();

        assertEquals(State.RECEIVED, payments.get(ADA, payment).state());
        assertEquals(1, chargedAtStripe(payment));
        assertEquals("DONE", state(card));
    }

    @Test
    void whatStripeDoesNotLetGoIsTheStaffsInTheEnd() {
        String card = "pm_stuck_" + account;
        stripe.control("card/" + card + "/cus_" + account);
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card) VALUES (?, ?, ?, ?)",
                account,
                CreditorReference.ofAccount(account).body(),
                "cus_" + account,
                card);
        remove();
        settingsSay(false, false);
        look();
        assertEquals("UNKNOWN", state(card));
        assertEquals(2, askedToDetach(card));

        database.update("UPDATE card_removal SET attempts = 23 WHERE account_id = ?", account);
        look();
        look();

        assertEquals("FAILED", state(card));
        assertEquals(3, askedToDetach(card));
        Given.browsing(Given.ADMIN)
                .get("/staff/payments")
                .then()
                .statusCode(200)
                .body(containsString(card));
    }

    /** Stripe does not know it: of another of its accounts, or of its tests. */
    @Test
    void aCardThatStripeDoesNotHaveIsGone() {
        String card = "pm_elsewhere_" + account;
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card) VALUES (?, ?, ?, ?)",
                account,
                CreditorReference.ofAccount(account).body(),
                "cus_" + account,
                card);

        remove();

        assertEquals("DONE", state(card));
    }

    @Test
    void theDatabaseRefusesAnAgreementWithoutACardAndForgetsNoRemoval() {
        saved();
        remove();

        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE payment_account SET charge_agreed_at = ?, charge_agreed_by = 'x' WHERE account_id = ?",
                        clock.instant(),
                        account));
        assertThrows(
                DatabaseException.class,
                () -> database.update("DELETE FROM card_removal WHERE account_id = ?", account));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE card_removal SET card = 'pm_x' WHERE account_id = ?", account));
    }
}
