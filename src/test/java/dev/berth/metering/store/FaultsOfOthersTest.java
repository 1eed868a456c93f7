package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.metering.Meter;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults that metering elsewhere was known for; each test fails if we had the same one. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class FaultsOfOthersTest {
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    private static final Period DAY = new Period(START, START.plus(Duration.ofDays(1)));

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

    @Inject
    NewestReadings newest;

    @Inject
    NodeClocks clocks;

    @Inject
    Findings findings;

    @Inject
    Transactions transactions;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private final UUID context = UUID.randomUUID();
    private Journal journal = new Journal();
    private UUID node = context;

    @BeforeEach
    void aNode() {
        journal = new Journal();
        node = seed.node();
    }

    private BigInteger sent() {
        return readings.timelines(List.of(new Ask(new NodeId(node), new ContextId(context), DAY)))
                .getFirst()
                .usage(DAY)
                .of(Meter.NETWORK_BYTES_SENT);
    }

    private long stored() {
        return database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ?", node);
    }

    /** A job's start date that stuck charged old time again: here nothing has a last date, only numbers that were taken. */
    @Test
    void whatIsTakenAgainAndAgainIsChargedOnce() {
        for (int hour = 0; hour <= 24; hour++) {
            journal.add(
                    hour == 0 ? Kind.OPEN : Kind.SAMPLE,
                    context,
                    1,
                    START.plus(Duration.ofHours(hour)),
                    Journal.counters(hour * 1_000L));
        }
        for (int round = 0; round < 3; round++) {
            assertEquals(new Acked(round == 0 ? 10 : 25), ingest.take(node, journal.key(), journal.batch(1, 10)));
            assertEquals(new Acked(25), ingest.take(node, journal.key(), journal.batch(1, 25)));
        }

        assertEquals(25, stored());
        assertEquals(BigInteger.valueOf(24_000), sent());
    }

    /** A key taken before its effect was stored metered a retry zero times and answered success. */
    @Test
    void aBatchThatFailedHalfWayIsNotTakenForStored() {
        journal.add(Kind.OPEN, context, 1, START, Journal.counters(0));
        journal.add(Kind.SAMPLE, context, 1, START.plusSeconds(60), Journal.counters(70));
        ReadingRows failing = new ReadingRows(database, newest) {
            @Override
            void insert(UUID nodeId, String after, List<Entry> entries) {
                super.insert(nodeId, after, entries);
                throw new IllegalStateException("the power went");
            }
        };
        ReadingIngest unlucky = new ReadingIngest(database, transactions, failing, clocks, findings, clock);

        assertThrows(IllegalStateException.class, () -> unlucky.take(node, journal.key(), journal.all()));

        assertEquals(0, stored());
        Result again = ingest.take(node, journal.key(), journal.all());
        assertEquals(new Acked(2), again);
        assertEquals(2, stored());
        assertEquals(BigInteger.valueOf(70), sent());
    }

    /** Slices of five minutes cut down to whole MiB lost a VPS's traffic; counters that froze or began anew zeroed a month. */
    @Test
    void notAByteIsCutOffAndARebootZeroesNothing() {
        long perSlice = (1 << 20) - 1;
        long counter = 0;
        long truth = 0;
        for (int slice = 0; slice <= 288; slice++) {
            boolean rebooted = slice >= 144;
            boolean frozen = slice > 200 && slice <= 210;
            if (slice == 144) {
                counter = 0;
            } else if (slice > 0 && !frozen) {
                counter += perSlice;
                truth += perSlice;
            }
            journal.add(
                    slice == 0 || slice == 144 ? Kind.OPEN : Kind.SAMPLE,
                    context,
                    rebooted ? 2 : 1,
                    START.plus(Duration.ofMinutes(5L * slice)),
                    Journal.counters(counter));
        }
        assertEquals(new Acked(289), ingest.take(node, journal.key(), journal.all()));

        assertEquals(BigInteger.valueOf(truth), sent());
    }
}
