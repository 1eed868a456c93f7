package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
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
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A VPS that went to another node in the middle of a month pays what its twin pays that did the same and stayed. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MovedVpsTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final long BEFORE = 7_654_321;
    private static final long AFTER = 2_345_678;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    ReadingIngest ingest;

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final Journal left = new Journal();
    private final Journal right = new Journal();
    private UUID leftNode = new UUID(0, 0);
    private UUID rightNode = new UUID(0, 0);
    private UUID version = new UUID(0, 0);
    private Instant from = Instant.EPOCH;
    private Instant to = Instant.EPOCH;

    @BeforeEach
    void aTariffWithAnAllowance() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        from = month.minusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        to = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        leftNode = seed.node();
        rightNode = seed.node();
        version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "7.77"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("CPU_TIME"), 1_000_000, 1_000_000, "1.23"));
    }

    private UUID vps(UUID account, UUID node) {
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, from, Optional.empty());
        return vps;
    }

    private static Counters cpu(long micros) {
        return new Counters(micros, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);
    }

    private void upload(UUID node, Journal journal, long first, long last) {
        assertInstanceOf(Result.Acked.class, ingest.take(node, journal.key(), journal.batch(first, last)));
    }

    private long net(UUID account) {
        return database.number("SELECT COALESCE(SUM(net), 0) AS n FROM invoice WHERE account_id = ?", account);
    }

    @Test
    void theWayIsBilledToNobodyAndNothingTwice() {
        UUID account = seed.account();
        UUID moved = vps(account, rightNode);
        database.update(
                "INSERT INTO vps_stay (vps_id, node_id, generation, left_at) VALUES (?, ?, 2, ?)",
                moved,
                leftNode,
                from.plus(Duration.ofDays(10)));
        UUID other = seed.account();
        UUID twin = vps(other, leftNode);

        left.add(Kind.OPEN, moved, 1, from, cpu(1_000));
        left.add(Kind.OPEN, twin, 1, from, cpu(1_000));
        left.add(Kind.SAMPLE, moved, 1, from.plus(Duration.ofDays(5)), cpu(1_000 + BEFORE / 2));
        left.add(Kind.CLOSE, twin, 1, from.plus(Duration.ofDays(10)), cpu(1_000 + BEFORE));
        left.add(Kind.OPEN, twin, 2, from.plus(Duration.ofDays(11)), cpu(1_000 + BEFORE));
        left.add(Kind.SAMPLE, twin, 2, to.plusSeconds(1), cpu(1_000 + BEFORE + AFTER));
        left.addLast(moved, 2, from.plus(Duration.ofDays(10)), cpu(1_000 + BEFORE));
        Instant arrived = from.plus(Duration.ofDays(11));
        right.add(Kind.CHECKPOINT, moved, 1, arrived, cpu(1_000 + BEFORE));
        right.add(Kind.OPEN, moved, 2, arrived, cpu(1_000 + BEFORE));
        right.add(Kind.SAMPLE, moved, 2, to.plusSeconds(1), cpu(1_000 + BEFORE + AFTER));

        // The node that it left is slow: the bill waits for its last reading.
        upload(leftNode, left, 1, 6);
        upload(rightNode, right, 1, 3);
        run.run();
        assertEquals(0, net(account));
        assertTrue(net(other) > 0);

        upload(leftNode, left, 7, 7);
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
        assertEquals(net(other), net(account));
        Invoice invoice = billing.invoices(ADA, account, Page.Ask.FIRST).items().stream()
                .map(summary -> billing.invoice(ADA, summary.id().value()))
                .filter(each -> each.period().from().equals(from))
                .findFirst()
                .orElseThrow();
        List<RatedInterval> intervals = invoice.lines().getLast().intervals();
        assertEquals(2, intervals.size());
        assertEquals(leftNode, intervals.getFirst().first().orElseThrow().node().value());
        assertEquals(rightNode, intervals.getLast().first().orElseThrow().node().value());
        assertEquals(BigInteger.valueOf(BEFORE), intervals.getFirst().quantity());
        // One second of the last step lies beyond the month.
        BigInteger rest = invoice.lines().getLast().quantity().subtract(BigInteger.valueOf(BEFORE));
        assertEquals(rest, intervals.getLast().quantity());
        assertTrue(rest.longValueExact() <= AFTER && rest.longValueExact() > AFTER - 10, rest.toString());
        assertTrue(billing.recompute(ADA, invoice.id().value()).same());
        assertEquals(
                2,
                billing.evidence(ADA, invoice.id().value(), invoice.lines().size())
                        .proofs()
                        .size());
    }
}
