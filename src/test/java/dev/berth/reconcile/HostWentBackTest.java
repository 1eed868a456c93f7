package dev.berth.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A counter of a host goes back: nothing is said of what it counts from then on, until it says what it is worth again. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class HostWentBackTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final long MINUTE = 60_000_000;
    private static final long TEN_MINUTES = 10 * MINUTE;
    private static final long HOUR = 6 * TEN_MINUTES;
    private static final String NEXT_BOOT = "00000000-0000-4000-8000-0000000000b1";

    @Inject
    Reconciliation reconciliation;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final Journal journal = new Journal();
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private Instant begin = Instant.EPOCH;

    /** A VPS that uses ten minutes of CPU in each of eight hours. */
    @BeforeEach
    void aServer() {
        begin = clock.instant().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(10));
        node = seed.node();
        UUID account = seed.account();
        UUID version = seed.planVersion("EUR");
        vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, begin, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, begin, counters(0));
    }

    private void hour(int n, String boot, long host) {
        Instant at = begin.plus(Duration.ofHours(n));
        if (n > 0) {
            journal.add(Kind.SAMPLE, vps, 1, at, counters(n * TEN_MINUTES));
        }
        journal.add(new Reading(
                Kind.SAMPLE, Readings.HOST, 0, boot, 0, at.toEpochMilli(), 1, true, counters(host), Optional.empty()));
    }

    private static Counters counters(long cpu) {
        return new Counters(cpu, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Oldest first. */
    private List<String> verdicts() {
        long last = journal.entries().size();
        assertEquals(new Result.Acked(last), ingest.take(node, journal.key(), journal.all()));
        reconciliation.run();
        return reconciliation.comparisons(ADA, node).reversed().stream()
                .filter(one -> one.meter().name().equals("CPU_TIME"))
                .map(Comparison::verdict)
                .toList();
    }

    private long found() {
        return database.number("SELECT COUNT(*) AS n FROM reconciliation_finding WHERE node_id = ?", node);
    }

    @Test
    void untilItIsAsHighAsBefore() {
        for (int n = 0; n <= 8; n++) {
            boolean back = n == 2 || n == 3;
            hour(n, Journal.BOOT, n * TEN_MINUTES + (back ? 0 : HOUR));
        }

        assertEquals(List.of("HOLDS", "UNKNOWN", "UNKNOWN", "UNKNOWN", "HOLDS", "HOLDS", "HOLDS", "HOLDS"), verdicts());
        assertEquals(0, found());
    }

    @Test
    void untilTheNextBoot() {
        for (int n = 0; n <= 8; n++) {
            long counted = n < 2 ? HOUR + n * TEN_MINUTES : (n - 2) * TEN_MINUTES;
            hour(n, n < 5 ? Journal.BOOT : NEXT_BOOT, counted);
        }

        assertEquals(
                List.of("HOLDS", "UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN", "HOLDS", "HOLDS", "HOLDS"), verdicts());
        assertEquals(0, found());
    }

    /** What is measured wrongly later is found. */
    @Test
    void whatDoesNotFitAfterwardsIsFound() {
        for (int n = 0; n <= 4; n++) {
            hour(n, Journal.BOOT, n == 2 ? 0 : HOUR + n * TEN_MINUTES);
        }
        for (int n = 5; n <= 8; n++) {
            hour(n, Journal.BOOT, HOUR + 4 * 10 * MINUTE);
        }

        assertEquals(List.of("HOLDS", "UNKNOWN", "UNKNOWN", "HOLDS", "ABOVE", "ABOVE", "ABOVE", "ABOVE"), verdicts());
    }
}
