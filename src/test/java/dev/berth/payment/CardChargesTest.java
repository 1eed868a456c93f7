package dev.berth.payment;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.dunning.DunningService;
import dev.berth.invoice.InvoicePayer.Planned;
import dev.berth.ledger.store.LedgerService;
import dev.berth.mail.Mail;
import dev.berth.payment.Payment.State;
import dev.berth.payment.PaymentDesk.NewBankPayment;
import dev.berth.platform.DatabaseException;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.testing.StripeDouble;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Saved cards that are charged by themselves: only when agreed and told, and never twice, whatever breaks. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class CardChargesTest extends CardScene {
    @Inject
    PaymentDesk desk;

    @Inject
    DunningService dunning;

    @Inject
    LedgerService ledger;

    @Inject
    Seed seed;

    @AfterEach
    void theBooksAgree() {
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    /** An account that agreed, and was told of the charge. */
    private void agreed(String card) {
        saveCard(card);
        agreedAndTold();
    }

    private void transferred(String amount) {
        desk.record(
                ADA,
                new NewBankPayment(
                        null, invoice.toString(), amount, UUID.randomUUID().toString(), "Carla"));
    }

    private String openAmount() {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
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
        chargeCard(true).statusCode(409).body("code", equalTo("no-card"));
        saveCard("pm_good");
        assertEquals(Optional.empty(), told());
        assertEquals(0, charges.run());

        chargeCard(true)
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
    void aRestThatIsTooLittleForACardIsNotTried() {
        agreed("pm_good");
        transferred("11.60");
        itsDayHasCome();

        assertEquals(0, charges.run());

        assertEquals("0.30 EUR", openAmount());
        assertEquals(Optional.empty(), next());
    }

    /** The operator's key has run out: that is no refusal of the customer's card, costs no attempt and is told to nobody. */
    @Test
    void withAKeyThatIsNotTakenNothingIsTried() {
        agreed("pm_good");
        itsDayHasCome();
        stripe.control("key/refused");

        assertEquals(0, charges.run());
        assertEquals(List.of(), all());

        stripe.control("key/good");
        assertEquals(1, charges.run());
        assertEquals(State.RECEIVED, all().getFirst().state());
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
        transferred("4.00");
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
        assertTrue(mail(1).contains("11.90\u00A0EUR"), mail(1));
        assertTrue(mail(1).contains("/billing/payments"), mail(1));
        assertTrue(mail(1).contains("We try again on "), mail(1));
        assertTrue(next().orElseThrow().isAfter(clock.instant().plus(Duration.ofDays(2))));
        // another try on the same day is refused by the database, and waits
        itsDayHasCome();
        charges.run();
        assertEquals(1, all().size());
        assertTrue(next().orElseThrow().isAfter(clock.instant()));
    }

    @Test
    void aFailureIsToldInItsLanguage() {
        seed.language(account, clock.instant(), "de");
        agreed("pm_declined");
        itsDayHasCome();

        charges.run();

        assertTrue(mail(1).contains("11,90\u00A0EUR"), mail(1));
        assertTrue(mail(1).contains("von Ihrer gespeicherten Karte abbuchen"), mail(1));
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
        saveCard("pm_good");
        UUID begun = begun();

        itsDayHasCome();
        assertEquals(0, charges.run());
        lookedForInVain();

        assertEquals(State.FAILED, state(begun));
        assertEquals(0, chargedAtStripe(begun));
        assertTrue(mail(1).contains("We try again on "), mail(1));
        assertEquals("11.90 EUR", openAmount());
    }

    private void notSent(UUID begun) {
        assertEquals(State.FAILED, state(begun));
        assertEquals(0, chargedAtStripe(begun));
        assertEquals("", mail(1), "nobody waits for it");
    }

    @Test
    void whatWasPaidAfterItWasBegunIsNotSent() {
        saveCard("pm_good");
        UUID begun = begun();
        transferred("11.90");

        checkout.sendByItself(begun);

        notSent(begun);
    }

    @Test
    void norIsWhatWasCalledOffAfterItWasBegun() {
        saveCard("pm_good");
        UUID begun = begun();
        chargeCard(false).statusCode(200);

        checkout.sendByItself(begun);

        notSent(begun);
    }

    @Test
    void ofAnInvoiceThatWasPaidOtherwiseNoFailureIsTold() {
        saveCard("pm_good");
        UUID begun = begun();
        transferred("11.90");

        lookedForInVain();

        notSent(begun);
    }

    /** What was told is the most, however much is open again after a payment was taken back. */
    @Test
    void aChargeThatCameInIsTheLast() {
        agreed("pm_good");
        database.update("UPDATE invoice_charge SET most = 790 WHERE invoice_id = ?", invoice);
        itsDayHasCome();

        assertEquals(1, charges.run());

        assertEquals("7.90 EUR", all().getFirst().amount().toString());
        assertEquals("4.00 EUR", openAmount());
        assertEquals(Optional.empty(), next());
    }

    private void overdue() {
        billed.overdue(invoice);
        UUID policy = UUID.randomUUID();
        Instant now = clock.instant();
        database.update(
                "INSERT INTO dunning_policy (id, seller, version, rungs, created_at) VALUES (?, ?, 1, 'REMIND:1', ?)",
                policy,
                policy.toString().substring(0, 8),
                now);
        database.update(
                "INSERT INTO dunning_case (id, account_id, policy_id, state, opened_at, next_look_at)"
                        + " VALUES (?, ?, ?, 'OPEN', ?, ?)",
                UUID.randomUUID(),
                account,
                policy,
                now,
                now.plus(Duration.ofDays(90)));
    }

    /** Its letter says that nothing happens until then. */
    @Test
    void aPromiseToPayIsWaitedFor() {
        agreed("pm_good");
        overdue();
        Given.once(owner)
                .body(Map.of())
                .post("/api/v1/accounts/" + account + "/dunning/promises")
                .then()
                .statusCode(201);
        Instant until = dunning.heldUntil(account).orElseThrow();
        itsDayHasCome();
        Given.as(owner)
                .get("/api/v1/invoices/" + invoice + "/payments")
                .then()
                .body("chargeAt", equalTo(until.toString()));

        assertEquals(0, charges.run());

        assertEquals(Optional.of(until), next());
        assertEquals(List.of(), all());
    }

    /** What its mail says has to reach its reader a day before. */
    @Test
    void theMailIsWaitedFor() {
        agreed("pm_good");
        String key = "invoice/" + invoice;
        outbox.queue(new Mail(
                key,
                "invoice",
                Optional.of(account),
                Mail.Address.to("owner@example.org"),
                Locale.UK,
                "Invoice",
                "Charged tomorrow.",
                List.of()));
        itsDayHasCome();
        assertEquals(0, charges.run());
        assertTrue(next().orElseThrow().isAfter(clock.instant()));

        Instant sent = clock.instant();
        database.update(
                "UPDATE outbox_mail SET state = 'SENT', next_attempt_at = NULL, sent_at = ? WHERE mail_key = ?",
                sent,
                key);
        itsDayHasCome();
        assertEquals(0, charges.run());
        assertEquals(Optional.of(sent.plus(Duration.ofDays(1))), next());

        database.update("UPDATE outbox_mail SET sent_at = ? WHERE mail_key = ?", sent.minus(Duration.ofDays(1)), key);
        itsDayHasCome();
        assertEquals(1, charges.run());
        assertEquals("0.00 EUR", openAmount());
    }

    /** Of what Stripe refuses as too little, the invoice asks for a transfer. */
    @Test
    void whatIsTooLittleForACardIsTransferred() {
        saveCard("pm_good");
        chargeCard(true).statusCode(200);
        InvoiceId id = new InvoiceId(invoice);
        database.update("UPDATE invoice_balance SET paid = total - 50 WHERE invoice_id = ?", invoice);
        assertTrue(payer.chargeable(id).isPresent());
        database.update("UPDATE invoice_balance SET paid = total - 49 WHERE invoice_id = ?", invoice);

        assertEquals(Optional.empty(), payer.chargeable(id));
    }

    @Test
    void whoDoesNotWantItAnyMoreIsNotCharged() {
        agreed("pm_good");
        chargeCard(false).statusCode(200).body("chargeCard", equalTo(false)).body("agreedAt", nullValue());

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
        chargeCard(true).statusCode(200);
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
