package dev.berth.dunning;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing happens to many at once, or in doubt, before staff have looked; and what goes wrong with one account or replica. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BreakerTest extends DunningScene {
    @Test
    void aGatewaysOutageStopsNobody() {
        debtors.invoice(account, 300);
        payments.is(Optional.of("no bank statement for 3 days"));
        untilLimit();

        assertEquals("", steps());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/dunning/stops/" + waiting("BREAKER"))
                .then()
                .body("stop.cause", equalTo("payments may be missing: no bank statement for 3 days"))
                .body("changes.accountId", hasItem(account.toString()))
                .body("changes.step", hasItem("LIMIT"));

        payments.is(Optional.empty());
        runs();
        assertEquals("", steps(), "staff have not answered");
        answer("refuse", Map.of("reason", "bank is back tomorrow", "holdUntil", inDays(2)));
        runs();
        assertEquals("", steps());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
    }

    private String inDays(int days) {
        return clock.instant().plus(Duration.ofDays(days)).toString();
    }

    private void answer(String answer, Map<String, Object> body) {
        Given.once(Given.SUPPORT)
                .body(body)
                .post("/api/admin/v1/dunning/stops/" + waiting("BREAKER") + "/" + answer)
                .then()
                .statusCode(200);
    }

    /** Tests let 40 accounts pass in a day. */
    @Test
    void tooManyAtOnceWaitForStaffAndNothingHappensBefore() {
        List<UUID> many = Stream.generate(seed::account).limit(41).toList();
        for (UUID one : many) {
            debtors.server(one, node);
            debtors.invoice(one, 300);
        }
        for (int days : List.of(1, 1, 8)) {
            run.run();
            many.forEach(one -> debtors.wait(one, days));
        }
        run.run();
        long before = limited();
        assertEquals(0, before);

        answer("approve", Map.of("reason", "all checked"));
        many.forEach(debtors::look);
        run.run();
        assertEquals(41, limited());
        assertEquals(
                41,
                database.number("SELECT COUNT(DISTINCT case_id) AS n FROM dunning_step s WHERE released_by = 'user:sam'"
                        + " AND s.done_at IS NOT NULL AND s.step = 'LIMIT'"));
    }

    private long limited() {
        return database.number(
                "SELECT COUNT(*) AS n FROM vps_limit_override o JOIN vps v ON v.id = o.vps_id WHERE v.node_id = ?"
                        + " AND o.valid_to IS NULL",
                node);
    }

    @Test
    void whoPaysWhileStaffThinkIsNotTouched() {
        UUID invoice = debtors.invoice(account, 300);
        payments.is(Optional.of("gateway answers with errors"));
        untilLimit();
        debtors.pay(invoice);
        answer("approve", Map.of("reason", "go on"));
        runs();

        assertEquals("", steps());
        assertEquals(1_000, spec().limits().cpuCeilingMilli());
    }

    @Test
    void aSilentBankAndLostAnswersAreTrouble() {
        UUID id = UUID.randomUUID();
        database.update(
                "INSERT INTO bank_statement (id, bank_account, statement_ref, imported_by, imported_at)"
                        + " VALUES (?, 'DE00', ?, 'test', ?)",
                id,
                id,
                clock.instant());
        BookedPayments today = new BookedPayments(database, settings, clock);
        BookedPayments later =
                new BookedPayments(database, settings, () -> clock.instant().plus(Duration.ofDays(6)));

        assertEquals(Optional.empty(), today.trouble());
        assertTrue(later.trouble().orElseThrow().startsWith("no bank statement was imported since"));
    }

    @Test
    void aPoisonedCaseStopsNoOther() {
        UUID poisoned = seed.account();
        debtors.invoice(poisoned, 300);
        UUID policy = UUID.randomUUID();
        database.update(
                "INSERT INTO dunning_policy (id, seller, version, rungs, created_at) VALUES (?, ?, 1, 'HANG:1', ?)",
                policy,
                policy,
                clock.instant());
        database.update(
                "INSERT INTO dunning_case (id, account_id, policy_id, state, opened_at, next_look_at)"
                        + " VALUES (?, ?, ?, 'OPEN', ?, '2000-01-01')",
                policy,
                poisoned,
                policy,
                clock.instant());
        debtors.invoice(account, 2);
        run.run();

        assertEquals(1, reminders());
        assertTrue(database.number("SELECT attempts AS n FROM dunning_case WHERE id = ?", policy) > 0);
    }

    /** The portal dies between the decision and its effect: the next run carries it out. */
    @Test
    void whatWasDecidedIsCarriedOutAfterADeath() {
        debtors.invoice(account, 300);
        run.run();
        debtors.wait(account, 1);
        run.run();
        debtors.wait(account, 1);
        run.run();
        database.update(
                "UPDATE dunning_step SET announced_at = announced_at - INTERVAL 8 DAY, announced_for = announced_for - INTERVAL 8 DAY,"
                        + " ready_at = announced_for WHERE case_id IN (SELECT id FROM dunning_case WHERE account_id = ?)",
                account);
        gate.decide();
        assertEquals(1_000, spec().limits().cpuCeilingMilli());

        runs();
        assertEquals(100, spec().limits().cpuCeilingMilli());
        assertEquals("LIMIT", steps());
    }
}
