package dev.berth.payment;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.InvoicePayer;
import dev.berth.invoice.InvoicePayer.Planned;
import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.store.LedgerService;
import dev.berth.mail.Outbox;
import dev.berth.payment.Payment.State;
import dev.berth.payment.PaymentDesk.NewBankPayment;
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
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Saved cards that are charged by themselves: only when agreed and told, and never twice, whatever breaks. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class CardChargesTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    CardCharges charges;

    @Inject
    PaymentJanitor janitor;

    @Inject
    PaymentService payments;

    @Inject
    PaymentDesk desk;

    @Inject
    InvoicePayer payer;

    @Inject
    OpenInvoices open;

    @Inject
    LedgerService ledger;

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
    void theBooksAgree() {
        stripe.control("lose/off");
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    private void saveCard(String card) {
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card) VALUES (?, ?, ?, ?)",
                account,
                CreditorReference.ofAccount(account).body(),
                "cus_" + account,
                card);
    }

    private ValidatableResponse settings(boolean charge) {
        return Given.as(owner)
                .body(Map.of("chargeCard", charge))
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then();
    }

    /** As who writes the invoice's mail does. */
    private Optional<Planned> told() {
        return transactions.run(() -> payer.tell(
                new InvoiceId(invoice),
                open.find(new InvoiceId(invoice)).orElseThrow().dueAt()));
    }

    /** An account that agreed, and was told of the charge. */
    private void agreed(String card) {
        saveCard(card);
        settings(true).statusCode(200);
        assertTrue(told().isPresent());
    }

    private void itsDayHasCome() {
        Instant now = clock.instant();
        database.update(
                "UPDATE invoice_charge SET told_at = ?, next_at = ? WHERE invoice_id = ?",
                now.minus(Duration.ofDays(30)),
                now,
                invoice);
    }

    private void look() {
        database.update(
                "UPDATE payment SET next_look_at = ? WHERE account_id = ? AND next_look_at IS NOT NULL",
                clock.instant(),
                account);
        janitor.run();
    }

    private List<Payment> all() {
        return payments.list(ADA, account, Page.Ask.FIRST).items();
    }

    private String openAmount() {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
    }

    private int chargedAtStripe(UUID payment) {
        return stripe.control("count/" + payment).jsonPath().getInt("count");
    }

    private String mail(int attempt) {
        return outbox.ofKey("charge-failed/" + invoice + "/" + attempt)
                .map(sent -> sent.mail().text())
                .orElse("");
    }

    private Optional<Instant> next() {
        return database.one(
                        "SELECT next_at FROM invoice_charge WHERE invoice_id = ?",
                        row -> row.optionalInstant("next_at"),
                        invoice)
                .flatMap(at -> at);
    }

    /** An attempt of that many days ago, which was refused. */
    private void triedBefore(int attempt, int days) {
        UUID payment = UUID.randomUUID();
        database.update(
                "INSERT INTO payment (id, account_id, method, state, invoice_id, currency, amount, reason, created_by,"
                        + " created_at) VALUES (?, ?, 'STRIPE', 'FAILED', ?, 'EUR', 1190, 'refused', 'test', ?)",
                payment,
                account,
                invoice,
                clock.instant().minus(Duration.ofDays(days)));
        database.update(
                "INSERT INTO card_charge (invoice_id, attempt, payment_id, charged_on) VALUES (?, ?, ?, ?)",
                invoice,
                attempt,
                payment,
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(days));
        database.update("UPDATE invoice_charge SET attempts = ? WHERE invoice_id = ?", attempt, invoice);
    }

    @Test
    void nothingIsChargedUntilItIsAgreedAndTold() {
        assertEquals(Optional.empty(), told());
        settings(true).statusCode(409).body("code", equalTo("no-card"));
        saveCard("pm_good");
        assertEquals(Optional.empty(), told());
        assertEquals(0, charges.run());

        settings(true)
                .statusCode(200)
                .body("cardSaved", equalTo(true))
                .body("chargeCard", equalTo(true))
                .body("agreedAt", notNullValue());
        assertEquals(0, charges.run());
        Planned planned = told().orElseThrow();

        assertEquals(open.find(new InvoiceId(invoice)).orElseThrow().dueAt(), planned.at());
        assertEquals("11.90 EUR", planned.most().toString());
        Given.as(owner)
                .get("/api/v1/invoices/" + invoice + "/payments")
                .then()
                .statusCode(200)
                .body("chargeAt", equalTo(planned.at().toString()));
        assertEquals(0, charges.run());
        assertEquals(List.of(), all());
    }

    @Test
    void onItsDayTheCardIsChargedOnceHoweverManyRun() throws Exception {
        agreed("pm_good");
        itsDayHasCome();
        List<Callable<Integer>> runs = new ArrayList<>(Collections.nCopies(6, charges::run));

        int begun = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> run : threads.invokeAll(runs)) {
                begun += run.get();
            }
        }
        itsDayHasCome();
        assertEquals(0, charges.run());

        assertEquals(1, begun);
        assertEquals("0.00 EUR", openAmount());
        assertEquals(1, all().size());
        assertEquals(State.RECEIVED, all().getFirst().state());
        assertEquals(1, chargedAtStripe(all().getFirst().id()));
        assertEquals(Optional.empty(), next());
    }

    @Test
    void whatWasPaidByThenIsNotCharged() {
        agreed("pm_good");
        desk.record(
                ADA,
                new NewBankPayment(
                        null, invoice.toString(), "4.00", UUID.randomUUID().toString(), "Carla"));
        itsDayHasCome();

        assertEquals(1, charges.run());

        assertEquals("7.90 EUR", all().getFirst().amount().toString());
        assertEquals("0.00 EUR", openAmount());
    }

    @Test
    void aRefusedCardIsToldAndTriedAgainOnAnotherDay() {
        agreed("pm_declined");
        itsDayHasCome();

        assertEquals(1, charges.run());

        assertEquals(State.FAILED, all().getFirst().state());
        assertEquals("11.90 EUR", openAmount());
        assertTrue(mail(1).contains("11.90 EUR"), mail(1));
        assertTrue(mail(1).contains("We try again on "), mail(1));
        assertTrue(next().orElseThrow().isAfter(clock.instant().plus(Duration.ofDays(2))));
        // another try on the same day is refused by the database, and waits
        itsDayHasCome();
        charges.run();
        assertEquals(1, all().size());
        assertTrue(next().orElseThrow().isAfter(clock.instant()));
    }

    @Test
    void threeTriesAndNoMore() {
        agreed("pm_declined");
        triedBefore(1, 6);
        triedBefore(2, 3);
        itsDayHasCome();

        assertEquals(1, charges.run());

        assertTrue(mail(3).contains("We do not try again"), mail(3));
        assertEquals(Optional.empty(), next());
        assertThrows(DatabaseException.class, () -> triedBefore(4, 1));
        assertEquals(0, charges.run());
    }

    @Test
    void anAnswerThatWasLostIsAskedForAndNothingIsSentASecondTime() {
        agreed("pm_good");
        itsDayHasCome();
        stripe.control("lose/on");
        assertEquals(1, charges.run());
        stripe.control("lose/off");
        assertEquals(State.UNKNOWN, all().getFirst().state());

        itsDayHasCome();
        assertEquals(0, charges.run());
        assertTrue(next().orElseThrow().isAfter(clock.instant()), "it waits for the first one's end");
        look();

        assertEquals(1, all().size());
        assertEquals(State.RECEIVED, all().getFirst().state());
        assertEquals("0.00 EUR", openAmount());
        assertEquals(1, chargedAtStripe(all().getFirst().id()));
    }

    /** Killed after it was written down, before it was sent: it is looked for, and then it failed. */
    @Test
    void whatWasBegunAndNeverSentIsNotSentLater() {
        agreed("pm_good");
        itsDayHasCome();
        UUID begun = charges.next().orElseThrow().payment().orElseThrow();
        assertEquals(State.CREATED, payments.get(ADA, begun).state());

        itsDayHasCome();
        assertEquals(0, charges.run());
        for (int i = 0; i < 4; i++) {
            look();
        }

        assertEquals(State.FAILED, payments.get(ADA, begun).state());
        assertEquals(0, chargedAtStripe(begun));
        assertTrue(mail(1).contains("We try again on "), mail(1));
        assertEquals("11.90 EUR", openAmount());
    }

    @Test
    void whoDoesNotWantItAnyMoreIsNotCharged() {
        agreed("pm_good");
        settings(false).statusCode(200).body("chargeCard", equalTo(false)).body("agreedAt", nullValue());

        assertEquals(Optional.empty(), next());
        assertEquals(0, charges.run());
        assertEquals(List.of(), all());
        assertEquals(
                2,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action LIKE 'payment.charge-%'",
                        account));
    }

    @Test
    void whileItsCustomerPaysOnThePageNothingIsCharged() {
        agreed("pm_good");
        Given.once(owner)
                .body(Map.of("savedCard", false))
                .post("/api/v1/invoices/" + invoice + "/card-payments")
                .then()
                .statusCode(201);
        itsDayHasCome();

        assertEquals(0, charges.run());

        assertEquals(1, all().size());
        assertTrue(next().orElseThrow().isAfter(clock.instant()));
    }

    @Test
    void theSettingsKeepWhatIsLeftOut() {
        saveCard("pm_good");
        settings(true).statusCode(200);
        Given.as(owner)
                .body(Map.of("creditPartly", true))
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(200)
                .body("creditPartly", equalTo(true))
                .body("chargeCard", equalTo(true));
        Given.as(owner)
                .body(Map.of())
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(422);
    }
}
