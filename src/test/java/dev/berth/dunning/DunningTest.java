package dev.berth.dunning;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.platform.DatabaseException;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.vps.Vps.Suspension.How;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Overdue invoices, from the first reminder to a deleted disk, and back. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class DunningTest extends DunningScene {
    /** FOSSBilling#3726 sent the same reminder four times. */
    @Test
    void row12AReminderOfAnInvoiceIsSentOnceHoweverOftenItIsLookedAt() throws Exception {
        debtors.invoice(account, 2);
        run.run();
        List<Callable<Boolean>> replicas = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            replicas.add(() -> {
                runs();
                return true;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> done : threads.invokeAll(replicas)) {
                assertTrue(done.get());
            }
        }
        assertEquals(1, reminders());

        database.update("UPDATE account SET email = 'debtor@example.org' WHERE id = ?", account);
        debtors.invoice(account, 1);
        runs();
        runs();
        assertEquals(2, reminders());
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM outbox_mail WHERE account_id = ? AND kind = 'dunning'"
                                + " AND recipient = 'debtor@example.org' AND subject LIKE 'Reminder 1%'",
                        account));
        assertEquals("", steps());
    }

    /** On its page and by mail; what stands at its VPS is the portal's English. */
    @Test
    void anAccountIsToldInItsLanguage() {
        seed.language(account, clock.instant(), "fr");
        database.update("UPDATE account SET email = 'debiteur@example.org' WHERE id = ?", account);
        debtors.invoice(account, 2);
        runs();

        String subject = database.one(
                        "SELECT m.subject, m.language FROM outbox_mail m JOIN dunning_notice n ON n.subject = m.subject"
                                + " AND n.body = m.body AND n.account_id = m.account_id WHERE m.account_id = ?",
                        row -> row.text("language") + ": " + row.text("subject"),
                        account)
                .orElseThrow();
        assertTrue(subject.startsWith("fr: Rappel n°\u00A01\u00A0: la facture "), subject);
    }

    /** Paymenter#694 terminated without suspending first; ConvoyPanel#142: nobody could tell who did it. */
    @Test
    void row6NothingIsDeletedThatWasNotStoppedAndEachStepSaysWhoDidIt() {
        UUID invoice = debtors.invoice(account, 300);
        untilLimit();
        assertEquals("LIMIT", steps());
        nextStep();
        assertEquals("LIMIT FREEZE", steps());
        assertEquals(ContextSpec.DesiredState.FROZEN, spec().desiredState());
        nextStep();
        assertEquals("LIMIT FREEZE STOP", steps());
        assertEquals(ContextSpec.DesiredState.SUSPENDED, spec().desiredState());
        nextStep();
        nextStep();
        assertEquals("LIMIT FREEZE STOP ARCHIVE", steps());
        assertEquals(ContextSpec.DesiredState.SUSPENDED, spec().desiredState(), "deleting waits for staff");

        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "seen"))
                .post("/api/admin/v1/dunning/stops/" + waiting("DELETION") + "/approve")
                .then()
                .statusCode(200)
                .body("state", equalTo("APPROVED"));
        runs();
        assertEquals("LIMIT FREEZE STOP ARCHIVE DELETE", steps());
        assertEquals(ContextSpec.DesiredState.DELETED, spec().desiredState());

        String label = "T-" + invoice;
        for (String action : List.of("limit", "freeze", "stop", "archive", "delete")) {
            assertEquals(
                    1,
                    database.number(
                            "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action = ?"
                                    + " AND INSTR(reason, ?) > 0 AND INSTR(detail, 'ladder') > 0 AND INSTR(detail, 'released by') > 0",
                            account,
                            "dunning." + action,
                            label),
                    action);
        }
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/dunning")
                .then()
                .body("inForce", equalTo("DELETE"))
                .body("steps.by", hasItem("user:sam"))
                .body("steps.invoice", hasItem(label));
    }

    @Test
    void row6TheDatabaseRefusesToDeleteWhatWasNotStopped() {
        debtors.invoice(account, 300);
        untilLimit();
        UUID one = database.one(
                        "SELECT case_id FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id WHERE c.account_id = ?",
                        row -> row.uuid("case_id"),
                        account)
                .orElseThrow();
        database.update(
                "INSERT INTO dunning_step (id, case_id, step, invoice_id, announced_at, announced_for)"
                        + " SELECT ?, case_id, 'DELETE', invoice_id, announced_at, announced_for FROM dunning_step"
                        + " WHERE case_id = ?",
                UUID.randomUUID(),
                one);

        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE dunning_step SET ready_at = announced_for, released_at = announced_for, released_by = 'x'"
                                + " WHERE case_id = ? AND step = 'DELETE'",
                        one));
        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE dunning_step SET announced_for = announced_at + INTERVAL 6 DAY WHERE case_id = ? AND step = 'DELETE'",
                        one));
    }

    @Test
    void limitedServersRunOnWithATenthOfTheirCpuAndGetItBack() {
        UUID invoice = debtors.invoice(account, 30);
        long generation = spec().generation();
        untilLimit();

        assertEquals(100, spec().limits().cpuCeilingMilli());
        assertEquals(100, spec().limits().cpuBaselineMilli());
        assertEquals(generation + 1, spec().generation());
        assertEquals(ContextSpec.DesiredState.RUNNING, spec().desiredState());

        assertTrue(service.heldBack(account));
        Given.allowInvoice(account.toString());
        Given.once(owner)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(402)
                .body("detail", containsString("until what is overdue is paid"));

        debtors.pay(invoice);
        runs();
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        assertEquals(250, spec().limits().cpuBaselineMilli());
        assertFalse(service.heldBack(account));
    }

    /** Nothing was listening when the payment came; the next look sees it, and insists until the node has shown it. */
    @Test
    void paidWhileThePortalWasDownIsSeenAfterwards() {
        UUID invoice = debtors.invoice(account, 300);
        untilLimit();
        nextStep();
        nextStep();
        debtors.obeyed(account);
        assertEquals(ContextSpec.DesiredState.SUSPENDED, spec().desiredState());

        debtors.pay(invoice);
        assertEquals(ContextSpec.DesiredState.SUSPENDED, spec().desiredState());
        runs();
        assertEquals(ContextSpec.DesiredState.RUNNING, spec().desiredState());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        runs();
        assertEquals("RESUMING", state());

        debtors.obeyed(account);
        runs();
        assertEquals("CLOSED", state());
        assertEquals(
                0,
                database.number("SELECT COUNT(*) AS n FROM vps_suspension WHERE vps_id = ? AND valid_to IS NULL", vps));
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/dunning")
                .then()
                .body("state", equalTo("NONE"))
                .body("notices[0].subject", equalTo("Thank you: nothing overdue is left"));
    }

    @Test
    void aPartPaidIsStillOverdueAndOneThatIsTakenBackBeginsAnew() {
        UUID invoice = debtors.invoice(account, 30);
        untilLimit();
        debtors.pay(invoice, 1_000);
        runs();
        assertEquals(100, spec().limits().cpuCeilingMilli());
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/dunning")
                .then()
                .body("overdue[0].open.amount", equalTo("1.90"));

        debtors.pay(invoice, 190);
        runs();
        debtors.obeyed(account);
        runs();
        assertEquals("CLOSED", state());

        debtors.takeBack(invoice, 500);
        runs();
        assertEquals("OPEN", state());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        assertEquals(2, reminders(), "the invoice has had its reminders");
    }

    @Test
    void whatStaffSuspendedStaysSoWhenAllIsPaid() {
        UUID invoice = debtors.invoice(account, 300);
        untilLimit();
        nextStep();
        suspensions.suspend(STAFF, vps, How.STOP, "abuse");
        debtors.pay(invoice);
        runs();

        assertEquals(ContextSpec.DesiredState.SUSPENDED, spec().desiredState());
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("suspended.reason", equalTo("abuse"));
    }

    @Test
    void aPromiseHoldsTheLadderOnce() {
        debtors.invoice(account, 300);
        untilLimit();
        runs();
        debtors.wait(account, 15);
        String path = "/api/v1/accounts/" + account + "/dunning";
        Given.once(owner)
                .body(Map.of("until", clock.instant().plus(Duration.ofDays(8)).toString()))
                .post(path + "/promises")
                .then()
                .statusCode(422);
        Given.once(owner).body(Map.of()).post(path + "/promises").then().statusCode(201);
        Given.once(owner)
                .body(Map.of())
                .post(path + "/promises")
                .then()
                .statusCode(409)
                .body("code", equalTo("promised"));
        runs();
        assertEquals("LIMIT", steps(), "the freeze was due, and is held");
        Given.as(owner).get(path).then().body("promise", nullValue());

        database.update(
                "UPDATE dunning_hold SET created_at = created_at - INTERVAL 8 DAY, held_until = held_until - INTERVAL 8 DAY"
                        + " WHERE case_id IN (SELECT id FROM dunning_case WHERE account_id = ?)",
                account);
        runs();
        assertEquals("LIMIT FREEZE", steps());
    }

    @Test
    void staffHoldALadderWithAReason() {
        debtors.invoice(account, 300);
        run.run();
        String path = "/api/admin/v1/dunning/accounts/" + account + "/holds";
        Given.once(Given.SUPPORT).body(Map.of()).post(path).then().statusCode(422);
        Given.once(Given.SUPPORT)
                .body(Map.of("until", clock.instant().plus(Duration.ofDays(30)).toString(), "reason", "in court"))
                .post(path)
                .then()
                .statusCode(201);
        debtors.wait(account, 9);
        run.run();

        assertEquals(1, reminders());
    }
}
