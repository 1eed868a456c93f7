package dev.berth.invoice;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that goes away in the middle of a bill is not the account's fault, and what waited for long is not put off for longer by it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BillRunOutageTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    DataSource connections;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private UUID account = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private Instant end = Instant.EPOCH;
    private Journal journal = new Journal();

    /** A customer with one VPS since last month began. */
    @BeforeEach
    void customer() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        account = seed.account();
        journal = new Journal();
        node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
    }

    private void allIsThere() {
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(10));
        ingest.take(node, journal.key(), journal.all());
    }

    /** @param untilNext from now to the next try */
    private record Parked(boolean failed, int failures, int attempts, String reason, Duration untilNext) {}

    private Optional<Parked> parked() {
        return database.one(
                "SELECT failed, failures, attempts, reason, next_attempt_at FROM billing_period"
                        + " WHERE account_id = ? AND state = 'PARKED'",
                row -> new Parked(
                        row.flag("failed"),
                        row.integer("failures"),
                        row.integer("attempts"),
                        row.text("reason"),
                        Duration.between(clock.instant(), row.instant("next_attempt_at"))),
                account);
    }

    private void due() {
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
    }

    private int invoices() {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().size();
    }

    @Test
    void aLostConnectionIsNotTheAccountsFaultAndIsTriedAgainSoon() throws Exception {
        allIsThere();

        loseConnection();

        Parked parked = parked().orElseThrow();
        assertTrue(parked.reason().contains("connection to the database was lost"), parked::reason);
        assertTrue(!parked.failed() && parked.failures() == 1, parked::toString);
        assertTrue(parked.untilNext().compareTo(Duration.ofSeconds(5)) <= 0, parked::toString);
        assertEquals(0, invoices());

        due();
        run.run();
        assertEquals(1, invoices());
    }

    /** As a disk that is full for one table, or a constraint that an upgrade made wrong. */
    @Test
    void whatCannotEvenBeParkedStopsNobodyElse() {
        allIsThere();
        UUID poisoned = account;
        database.update(
                "CREATE TRIGGER test_no_update BEFORE UPDATE ON billing_period FOR EACH ROW IF NEW.account_id = '"
                        + poisoned + "' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF");
        try {
            run.run();
            customer();
            allIsThere();

            run.run();

            assertEquals(1, invoices());
            assertEquals(1, states(poisoned, "OPEN"));
        } finally {
            database.update("DROP TRIGGER test_no_update");
        }
        run.run();
        assertEquals(1, states(poisoned, "INVOICED"));
    }

    private long states(UUID of, String state) {
        return database.number(
                "SELECT COUNT(*) AS n FROM billing_period WHERE account_id = ? AND period_to = ? AND state = ?",
                of,
                end,
                state);
    }

    @Test
    void theThirdTimeInARowStaffAreTold() throws Exception {
        allIsThere();

        for (int i = 0; i < 3; i++) {
            due();
            loseConnection();
        }

        Parked parked = parked().orElseThrow();
        assertTrue(parked.failed() && parked.failures() == 3, parked::toString);
    }

    @Test
    void looksAtAShutGateDoNotMakeAFailureWaitLonger() throws Exception {
        for (int i = 0; i < 12; i++) {
            due();
            run.run();
        }
        assertEquals(0, parked().orElseThrow().failures());
        assertEquals(12, parked().orElseThrow().attempts());
        allIsThere();

        due();
        loseConnection();

        assertTrue(parked().orElseThrow().untilNext().compareTo(Duration.ofSeconds(5)) <= 0, parked().toString());
    }

    /** Ends the bill run's connection where it waits for a row of the account's books. */
    private void loseConnection() throws Exception {
        CompletableFuture<?> running;
        try (Connection other = connections.getConnection()) {
            other.setAutoCommit(false);
            try (PreparedStatement insert = other.prepareStatement(
                    "INSERT INTO ledger_account (owner, kind, currency) VALUES (?, 'RECEIVABLE', 'EUR')")) {
                insert.setString(1, account.toString());
                insert.executeUpdate();
            }
            running = CompletableFuture.runAsync(() -> run.run());
            Long waiting = await().atMost(Duration.ofSeconds(60)).until(this::waiting, id -> id > 0);
            try (PreparedStatement kill = other.prepareStatement("KILL CONNECTION " + waiting)) {
                kill.execute();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> parked().isPresent() && waiting() == 0);
            other.rollback();
        }
        running.join();
    }

    /** @return zero if none waits */
    private long waiting() throws SQLException {
        try (Connection other = connections.getConnection();
                PreparedStatement select = other.prepareStatement(
                        "SELECT id FROM information_schema.processlist WHERE info LIKE ? AND info NOT LIKE '%processlist%'")) {
            select.setString(1, "%ledger_account%" + account + "%RECEIVABLE%");
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
