package dev.berth.payment;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.dunning.Debtors;
import dev.berth.dunning.DunningRun;
import dev.berth.payment.Payment.State;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who was told that a card is charged is not reminded before, nor held back. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class AnnouncedChargeTest extends CardScene {
    @Inject
    DunningRun dunning;

    @Inject
    Debtors debtors;

    private void dueBefore(int days) {
        Instant due = clock.instant().minus(Duration.ofDays(days)).minusSeconds(60);
        database.update("UPDATE invoice_balance SET due_at = ? WHERE invoice_id = ?", due, invoice);
    }

    /** As with an invoice that is due at once: it is charged minutes after the day of the first reminder. */
    private Instant chargedInMinutes(String card) {
        dueBefore(1);
        saveCard(card);
        agreedAndTold();
        Instant now = clock.instant();
        database.update(
                "UPDATE invoice_charge SET told_at = ?, next_at = ? WHERE invoice_id = ?",
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofMinutes(5)),
                invoice);
        return next().orElseThrow();
    }

    private void runs() {
        debtors.look(account);
        dunning.run();
    }

    private List<String> reminded() {
        return database.list(
                "SELECT r.invoice_id FROM dunning_reminder r JOIN dunning_case c ON c.id = r.case_id WHERE c.account_id = ?",
                row -> row.text("invoice_id"),
                account);
    }

    private ValidatableResponse view() {
        return Given.as(owner)
                .get("/api/v1/accounts/" + account + "/dunning")
                .then()
                .statusCode(200);
    }

    @Test
    void theReminderWaitsForTheCharge() {
        Instant at = chargedInMinutes("pm_good");
        runs();
        runs();
        assertEquals(List.of(), reminded());
        view().body("heldUntil", equalTo(at.toString())).body("steps[0].at", equalTo(at.toString()));

        itsDayHasCome();
        runs();
        assertEquals(List.of(), reminded(), "its time has come, and its run has not");
        assertEquals(1, charges.run());
        runs();

        assertEquals(List.of(), reminded());
        assertEquals(
                "0.00 EUR",
                open.find(new InvoiceId(invoice)).orElseThrow().open().toString());
    }

    @Test
    void itComesWhenTheLastChargeHasFailed() {
        chargedInMinutes("pm_declined");
        itsDayHasCome();
        assertEquals(1, charges.run());
        runs();
        assertEquals(List.of(), reminded(), "the mail says that it is tried again");

        database.update("UPDATE invoice_charge SET next_at = NULL WHERE invoice_id = ?", invoice);
        runs();

        assertEquals(List.of(invoice.toString()), reminded());
        view().body("heldUntil", nullValue());
    }

    @Test
    void itWaitsWhileNobodyKnowsWhatBecameOfTheCharge() {
        chargedInMinutes("pm_good");
        database.update("UPDATE invoice_charge SET attempts = 2 WHERE invoice_id = ?", invoice);
        itsDayHasCome();
        stripe.control("lose/on");
        assertEquals(1, charges.run());
        stripe.control("lose/off");
        assertEquals(Optional.empty(), next());
        assertEquals(State.UNKNOWN, all().getFirst().state());

        runs();
        assertEquals(List.of(), reminded());

        // and not for ever
        dueBefore(16);
        database.update(
                "UPDATE payment SET created_at = created_at - INTERVAL 15 DAY WHERE invoice_id = ?",
                invoice.toString());
        runs();
        assertEquals(List.of(invoice.toString()), reminded());
    }

    /** Without a gateway none is ever made. */
    @Test
    void aChargeThatIsNeverMadeIsNotWaitedForForEver() {
        saveCard("pm_good");
        agreedAndTold();
        for (int days : List.of(13, 15)) {
            dueBefore(days);
            database.update(
                    "UPDATE invoice_charge SET told_at = ?, next_at = ? WHERE invoice_id = ?",
                    clock.instant().minus(Duration.ofDays(days + 1)),
                    clock.instant().minus(Duration.ofDays(days)),
                    invoice);
            runs();
            assertEquals(days == 15, !reminded().isEmpty(), days + " days");
        }
    }

    @Test
    void anotherInvoiceIsRemindedOf() {
        chargedInMinutes("pm_good");
        UUID transferred = debtors.invoice(account, 2);

        runs();

        assertEquals(List.of(transferred.toString()), reminded());
    }

    /** Its mail could not be written for weeks; meanwhile its ladder went on. */
    @Test
    void whatHurtsWaitsToo() {
        dueBefore(20);
        runs();
        debtors.wait(account, 1);
        dunning.run();
        debtors.wait(account, 1);
        dunning.run();
        debtors.wait(account, 8);
        assertEquals(1, steps("ready_at IS NULL AND announced_for < NOW(6)"));
        saveCard("pm_good");
        agreedAndTold();

        runs();
        assertEquals(1, steps("ready_at IS NULL"));

        database.update("UPDATE invoice_charge SET next_at = NULL WHERE invoice_id = ?", invoice);
        runs();
        assertEquals(1, steps("ready_at IS NOT NULL"));
    }

    /** Staff let it happen a moment after the account was told of a charge. */
    @Test
    void nothingIsHeldBackThatWasLetHappenMeanwhile() {
        dueBefore(20);
        runs();
        debtors.wait(account, 1);
        dunning.run();
        debtors.wait(account, 1);
        dunning.run();
        debtors.wait(account, 8);
        assertEquals(
                1,
                database.update(
                        "UPDATE dunning_step s JOIN dunning_case c ON c.id = s.case_id SET s.ready_at = NOW(6),"
                                + " s.released_at = NOW(6), s.released_by = 'user:ada' WHERE c.account_id = ?",
                        account));
        saveCard("pm_good");
        agreedAndTold();

        runs();
        assertEquals(0, steps("done_at IS NOT NULL"));
        assertEquals(0, limited());

        // what they let happen was for an invoice that nobody had to pay then: it is announced anew
        database.update("UPDATE invoice_charge SET next_at = NULL WHERE invoice_id = ?", invoice);
        runs();
        assertEquals(0, steps("done_at IS NOT NULL"));
        assertEquals(0, limited());
        assertEquals(1, steps("released_at IS NULL AND announced_for > NOW(6) + INTERVAL 6 DAY"));
    }

    private long limited() {
        return database.number(
                "SELECT COUNT(*) AS n FROM vps_limit_override o JOIN vps v ON v.id = o.open_vps_id WHERE v.account_id = ?",
                account);
    }

    private long steps(String which) {
        return database.number(
                "SELECT COUNT(*) AS n FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id WHERE c.account_id = ?"
                        + " AND s.step = 'LIMIT' AND s." + which,
                account);
    }
}
