package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.fleet.ReadingSink.Result.Broken;
import dev.berth.fleet.ReadingSink.Result.Hole;
import dev.berth.metering.ReadingRef;
import dev.berth.platform.Database;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.NodeId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ReadingIngestTest {
    private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

    @Inject
    Database database;

    @Inject
    Seed seed;

    private Journal journal = new Journal();
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aNodeWithTenReadings() {
        journal = new Journal();
        node = seed.node();
        UUID version = seed.planVersion("EUR");
        vps = seed.vps(seed.account(), node, version);
        for (int i = 0; i < 10; i++) {
            journal.add(i == 0 ? Kind.OPEN : Kind.SAMPLE, vps, 1, START.plusSeconds(60L * i), Journal.counters(i));
        }
    }

    private Result take(Readings batch) {
        return ingest.take(node, journal.key(), batch);
    }

    private long stored() {
        return database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ?", node);
    }

    @Test
    void aSignedRootIsCheckedAndKeptWithItsLeaves() {
        Readings good = journal.rooted(1, 6);
        Readings foreign = new Readings(good.bootId(), good.records(), good.signature(), Optional.of(good.signature()));

        assertInstanceOf(Broken.class, take(foreign));
        assertEquals(0, stored());
        assertEquals(new Acked(6), take(good));
        assertEquals(new Acked(10), take(journal.rooted(4, 10)));
        assertEquals(
                List.of("1 1 6 192", "7 4 10 224"),
                database.list(
                        "SELECT CONCAT_WS(' ', first_seq, leaves_from, last_seq, OCTET_LENGTH(leaves)) AS t"
                                + " FROM reading_batch WHERE node_id = ? AND root_signature IS NOT NULL ORDER BY last_seq",
                        row -> row.text("t"),
                        node));
    }

    @Test
    void byteSecondsBeyond64BitsAreStoredToTheLast() {
        BigInteger tenTerabytesForTenYears =
                BigInteger.valueOf(10_000_000_000_000L * 3_652).multiply(BigInteger.valueOf(86_400));
        Entry entry = journal.add(
                Kind.SAMPLE,
                vps,
                1,
                START.plusSeconds(900),
                new Readings.Counters(
                        20,
                        0,
                        tenTerabytesForTenYears,
                        tenTerabytesForTenYears.add(BigInteger.ONE),
                        20,
                        20,
                        0,
                        0,
                        20,
                        20,
                        0));

        assertEquals(new Acked(11), take(journal.all()));

        StoredReading stored =
                readings.find(new ReadingRef(new NodeId(node), 11)).orElseThrow();
        assertEquals(entry.reading(), stored.reading());
        assertTrue(stored.intact());
        assertEquals(
                tenTerabytesForTenYears.add(BigInteger.ONE),
                stored.forMetering().counters().diskByteSeconds());
    }

    @Test
    void readingsWithSnapshotsFollowThoseWithout() {
        Entry with = journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(900), snapshots(20, 70));
        Entry again = journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(960), snapshots(20, 60));

        assertEquals(new Acked(12), take(journal.all()));

        StoredReading stored =
                readings.find(new ReadingRef(new NodeId(node), 11)).orElseThrow();
        StoredReading before =
                readings.find(new ReadingRef(new NodeId(node), 10)).orElseThrow();
        assertEquals(with.reading(), stored.reading());
        assertTrue(stored.intact() && before.intact());
        assertEquals(BigInteger.valueOf(70), stored.forMetering().counters().snapshotByteSeconds());
        assertEquals(BigInteger.ZERO, before.forMetering().counters().snapshotByteSeconds());
        assertEquals(again.seq(), database.number("SELECT seq AS n FROM reading WHERE node_id = ? AND faulty", node));
        database.update("UPDATE reading SET snapshot_byte_seconds = NULL WHERE node_id = ? AND seq = 11", node);
        assertFalse(readings.find(new ReadingRef(new NodeId(node), 11))
                .orElseThrow()
                .intact());
    }

    @Test
    void aNodeBeginsToTellLocalTrafficApart() {
        Entry with = journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(900), local(100, 40, 7));
        Entry without = journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(960), local(200));

        assertEquals(new Acked(12), take(journal.all()));

        StoredReading stored =
                readings.find(new ReadingRef(new NodeId(node), 11)).orElseThrow();
        assertEquals(with.reading(), stored.reading());
        assertTrue(stored.intact());
        assertEquals(BigInteger.valueOf(40), stored.forMetering().counters().localSentBytes());
        assertEquals(BigInteger.valueOf(7), stored.forMetering().counters().localReceivedBytes());
        assertEquals(
                without.reading(),
                readings.find(new ReadingRef(new NodeId(node), 12))
                        .orElseThrow()
                        .reading());
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ? AND faulty", node));
        database.update("UPDATE reading SET local_tx_bytes = 41 WHERE node_id = ? AND seq = 11", node);
        assertFalse(readings.find(new ReadingRef(new NodeId(node), 11))
                .orElseThrow()
                .intact());
        assertThrows(
                RuntimeException.class,
                () -> database.update("UPDATE reading SET local_tx_bytes = 101 WHERE node_id = ? AND seq = 11", node));
    }

    private static Readings.Counters local(long value) {
        BigInteger wide = BigInteger.valueOf(value);
        return new Readings.Counters(value, 0, wide, wide, value, value, 0, 0, value, value, 0);
    }

    private static Readings.Counters local(long value, long sent, long received) {
        BigInteger wide = BigInteger.valueOf(value);
        return new Readings.Counters(
                value,
                0,
                wide,
                wide,
                value,
                value,
                0,
                0,
                value,
                value,
                0,
                Optional.empty(),
                Optional.of(new Readings.Local(sent, received)));
    }

    private static Readings.Counters snapshots(long value, long byteSeconds) {
        BigInteger wide = BigInteger.valueOf(value);
        return new Readings.Counters(
                value,
                0,
                wide,
                wide,
                value,
                value,
                0,
                0,
                value,
                value,
                0,
                Optional.of(BigInteger.valueOf(byteSeconds)));
    }

    @Test
    void aRepeatChangesNothing() {
        Result first = take(journal.batch(1, 5));
        Result again = take(journal.batch(1, 5));

        assertEquals(new Acked(5), first);
        assertEquals(new Acked(5), again);
        assertEquals(5, stored());
    }

    @Test
    void anOverlapStoresOnlyWhatIsNew() {
        take(journal.batch(1, 5));

        assertEquals(new Acked(8), take(journal.batch(3, 8)));
        assertEquals(8, stored());
    }

    @Test
    void aHoleNamesWhatIsExpected() {
        take(journal.batch(1, 3));

        assertEquals(new Hole(4), take(journal.batch(6, 8)));
        assertEquals(3, stored());
    }

    @Test
    void changedContentIsRefused() {
        Entry real = journal.entries().get(4);
        List<Entry> records = new ArrayList<>(journal.entries());
        records.set(4, new Entry(real.seq(), real.prevHash(), real.hash(), reading(999)));

        assertInstanceOf(Broken.class, take(journal.signed(records)));
        assertEquals(0, stored());
    }

    @Test
    void anotherNodesSignatureIsRefused() {
        Readings batch = journal.all();

        Result result = ingest.take(node, new Journal().key(), batch);

        assertEquals(new Broken("the signature is not the node's"), result);
        assertEquals(0, stored());
    }

    @Test
    void aSecondHistoryIsRefused() {
        take(journal.batch(1, 5));
        Journal other = new Journal();
        for (int i = 0; i < 8; i++) {
            other.add(Kind.SAMPLE, vps, 1, START.plusSeconds(i), Journal.counters(100 + i));
        }

        assertInstanceOf(Broken.class, ingest.take(node, other.key(), other.batch(1, 8)));
        assertInstanceOf(Broken.class, ingest.take(node, other.key(), other.batch(6, 8)));
        assertEquals(5, stored());
    }

    @Test
    void readingsOfUnknownContextsAreKeptAndMarked() {
        journal.add(Kind.OPEN, new UUID(1, 7), 1, START, Journal.counters(0));

        assertEquals(new Acked(11), take(journal.all()));
        assertEquals(1, database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ? AND NOT known", node));
    }

    @Test
    void aCounterThatWentBackIsMarked() {
        journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(900), Journal.counters(2));

        take(journal.all());

        assertEquals(11, database.number("SELECT seq AS n FROM reading WHERE node_id = ? AND faulty", node));
    }

    @Test
    void whatComesManyTimesAtOnceIsStoredOnce() throws Exception {
        for (int i = 10; i < 300; i++) {
            journal.add(Kind.SAMPLE, vps, 1, START.plusSeconds(60L * i), Journal.counters(i));
        }
        List<Readings> batches = new ArrayList<>();
        for (int copy = 0; copy < 4; copy++) {
            for (long first = 1; first < 300; first += 20) {
                batches.add(journal.batch(first, Math.min(300, first + 29)));
            }
        }
        Collections.shuffle(batches, new Random(42));

        try (ExecutorService senders = Executors.newFixedThreadPool(6)) {
            List<Future<Result>> answers = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (Readings batch : batches) {
                    answers.add(senders.submit(() -> take(batch)));
                }
            }
            for (Future<Result> answer : answers) {
                assertTrue(!(answer.get() instanceof Broken), () -> "broken: " + answer);
            }
        }

        assertEquals(300, stored());
        assertEquals(new Acked(300), take(journal.batch(290, 300)));
    }

    private Readings.Reading reading(long value) {
        return new Journal()
                .add(Kind.SAMPLE, vps, 1, START, Journal.counters(value))
                .reading();
    }
}
