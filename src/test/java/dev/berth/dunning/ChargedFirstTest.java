package dev.berth.dunning;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.dunning.DunningService.Hold;
import dev.berth.dunning.ladder.Ladder;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Old debts that are paid while a newer invoice, which a card is charged for first, keeps the account overdue. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ChargedFirstTest extends DunningScene {
    @Inject
    Effects effects;

    @Inject
    CaseStore cases;

    @Inject
    AnnouncedCharges charges;

    @Inject
    Overdue overdue;

    /** Overdue for some days, and its mail said a day ago that a card is charged in a moment. */
    private UUID charged(int daysOverdue) {
        UUID invoice = debtors.invoice(account, daysOverdue);
        tell(invoice);
        return invoice;
    }

    private void tell(UUID invoice) {
        Instant now = clock.instant();
        database.update(
                "INSERT INTO invoice_charge (invoice_id, account_id, most, told_at, next_at) VALUES (?, ?, 1190, ?, ?)",
                invoice,
                account,
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofMinutes(5)));
    }

    /** The last attempt: nothing more is tried. */
    private void tried(UUID invoice) {
        assertEquals(1, database.update("UPDATE invoice_charge SET next_at = NULL WHERE invoice_id = ?", invoice));
    }

    /** It waits for staff; those before it are done. */
    private UUID ready(LadderStep step) {
        UUID invoice = debtors.invoice(account, 300);
        if (step == LadderStep.LIMIT) {
            payments.is(Optional.of("gateway answers with errors"));
            untilLimit();
            return invoice;
        }
        untilLimit();
        if (step == LadderStep.STOP) {
            nextStep();
        }
        payments.is(Optional.of("gateway answers with errors"));
        nextStep();
        return invoice;
    }

    private void approve(String kind) {
        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "seen"))
                .post("/api/admin/v1/dunning/stops/" + waiting(kind) + "/approve")
                .then()
                .statusCode(200);
    }

    private long announced(String step) {
        return database.number(
                "SELECT COUNT(*) AS n FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id"
                        + " WHERE c.account_id = ? AND s.step = ?",
                account,
                step);
    }

    private long audited(String action) {
        return database.number(
                "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action = ?", account, action);
    }

    private ValidatableResponse view() {
        return Given.as(owner)
                .get("/api/v1/accounts/" + account + "/dunning")
                .then()
                .statusCode(200);
    }

    private long letGo() {
        return database.number(
                "SELECT COUNT(*) AS n FROM dunning_notice WHERE account_id = ? AND subject = 'Your servers are let go'",
                account);
    }

    private String states() {
        return String.join(
                " ",
                database.list(
                        "SELECT state FROM dunning_case WHERE account_id = ? ORDER BY opened_at",
                        row -> row.text("state"),
                        account));
    }

    @Test
    void whatStaffLetBeDeletedForAPaidInvoiceIsNotDeletedForAnotherOne() {
        UUID old = debtors.invoice(account, 300);
        untilLimit();
        for (int i = 0; i < 4; i++) {
            nextStep();
        }
        assertEquals("LIMIT FREEZE STOP ARCHIVE", steps());
        UUID newer = charged(7);
        debtors.pay(old);
        approve("DELETION");
        tried(newer);

        runs();
        runs();

        assertEquals("LIMIT FREEZE STOP ARCHIVE", steps());
        assertEquals(DesiredState.SUSPENDED, spec().desiredState());
        assertEquals(0, announced("DELETE"));
        assertEquals(1, audited("dunning.withdraw"));
        assertEquals(
                1,
                database.number("SELECT COUNT(*) AS n FROM dunning_reminder WHERE invoice_id = ?", newer),
                "it begins with its own reminder");
    }

    /** It was paid between the question to staff and the effect, and nobody looked at the case meanwhile. */
    @ParameterizedTest
    @EnumSource(names = {"LIMIT", "FREEZE", "STOP"})
    void norIsAnythingElseThatWasLetHappen(LadderStep step) {
        UUID old = ready(step);
        String done = steps();
        DesiredState before = spec().desiredState();
        long generation = spec().generation();
        debtors.invoice(account, 7);
        debtors.pay(old);
        approve("BREAKER");

        effects.carryOut(cases.newest(account).orElseThrow().id());
        runs();

        assertEquals(done, steps());
        assertEquals(before, spec().desiredState());
        assertEquals(generation, spec().generation());
        assertEquals(0, announced(step.name()));
    }

    @Test
    void norIsAnythingThatACardIsChargedForMeanwhile() {
        UUID old = ready(LadderStep.LIMIT);
        approve("BREAKER");
        tell(old);

        effects.carryOut(cases.newest(account).orElseThrow().id());

        assertEquals("", steps());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
    }

    @Test
    void whoOwesOnlyWhatACardIsChargedForIsLetGoOnce() {
        UUID old = debtors.invoice(account, 300);
        untilLimit();
        nextStep();
        assertEquals(DesiredState.FROZEN, spec().desiredState());
        UUID newer = charged(2);
        debtors.pay(old);

        runs();

        assertEquals(DesiredState.RUNNING, spec().desiredState());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        assertFalse(service.heldBack(account));
        view().body("state", equalTo("OPEN"))
                .body("inForce", nullValue())
                .body("heldUntil", notNullValue())
                .body("notices[0].subject", equalTo("Your servers are let go"))
                .body("notices[0].body", containsString("T-" + newer));
        long generation = spec().generation();
        debtors.obeyed(account);
        for (int i = 0; i < 3; i++) {
            runs();
        }
        assertEquals("CLOSED OPEN", states());
        assertEquals(1, letGo());
        assertEquals(1, audited("dunning.settled"));

        tried(newer);
        runs();

        assertEquals("CLOSED OPEN", states());
        assertEquals(generation, spec().generation(), "its own ladder begins with a reminder");
        assertEquals(1, database.number("SELECT COUNT(*) AS n FROM dunning_reminder WHERE invoice_id = ?", newer));
    }

    @Test
    void whenTheChargeWorksNothingMoreIsTold() {
        UUID old = debtors.invoice(account, 300);
        untilLimit();
        UUID newer = charged(2);
        debtors.pay(old);
        runs();
        debtors.obeyed(account);
        runs();
        long told = database.number("SELECT COUNT(*) AS n FROM dunning_notice WHERE account_id = ?", account);

        tried(newer);
        debtors.pay(newer);
        runs();

        assertEquals("CLOSED CLOSED", states());
        assertEquals(told, database.number("SELECT COUNT(*) AS n FROM dunning_notice WHERE account_id = ?", account));
    }

    /** The charge waits for it, too. */
    @Test
    void whatStaffHoldStaysHeldWhenTheRestIsLetGo() {
        UUID old = debtors.invoice(account, 300);
        untilLimit();
        Instant until =
                Instant.ofEpochSecond(clock.instant().plus(Duration.ofDays(30)).getEpochSecond());
        service.hold(STAFF, account, new Hold(until, "in court"));
        charged(2);
        debtors.pay(old);

        runs();

        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        assertEquals("RESUMING OPEN", states());
        assertEquals(Optional.of(until), service.heldUntil(account));
    }

    @Test
    void whatIsChargedWhileItIsLookedAtIsNotRemindedOf() {
        UUID invoice = charged(2);
        run.run();
        Overdue meanwhile = new Overdue() {
            @Override
            public List<Unpaid> of(UUID account, Instant now) {
                List<Unpaid> read = overdue.of(account, now);
                tried(invoice);
                debtors.pay(invoice);
                return read;
            }

            @Override
            public List<UUID> withoutCase(Instant now, int limit) {
                return List.of();
            }
        };
        CaseStore looking = new CaseStore(database, charges, meanwhile, clock);
        DunningCase one = looking.newest(account).orElseThrow();
        Instant now = clock.instant();

        assertEquals(List.of(), Ladder.due(one.policy(), looking.situation(one, looking.pressing(one, now)), now));
    }

    /** Of an account that has been charged for years. */
    @Test
    void onlyOpenInvoicesAreReadForCharges() {
        charged(2);
        for (int i = 0; i < 200; i++) {
            UUID paid = charged(20);
            tried(paid);
            debtors.pay(paid);
        }
        database.list("ANALYZE TABLE invoice_charge, invoice_balance", row -> row.text("Msg_text"));

        List<String> plan = database.list(
                "EXPLAIN " + AnnouncedCharges.TO_COME,
                row -> "%s by %s"
                        .formatted(row.text("table"), row.optionalText("key").orElse("nothing")),
                account);

        assertTrue(plan.contains("b by ix_invoice_balance_account"), plan::toString);
        assertTrue(plan.contains("c by PRIMARY"), plan::toString);
        assertEquals(1, charges.waitedFor(account, Optional.empty()).size());
    }
}
