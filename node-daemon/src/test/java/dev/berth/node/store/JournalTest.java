package dev.berth.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.testing.TemporaryDatabase;
import dev.berth.node.testing.TestNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JournalTest {
    @RegisterExtension
    final TemporaryDatabase file = new TemporaryDatabase();

    @Test
    void recordsFollowEachOther() {
        append(3);
        List<Entry> records = journal().from(1, 10);

        assertEquals(Readings.GENESIS, records.getFirst().prevHash());
        assertEquals(new Journal.Check(3, 1, 3, 0, Optional.empty()), journal().check());
        assertEquals(3, new Readings(TestNode.CONTEXT, records, "x").records().size());
    }

    @Test
    void changedRecordIsFound() {
        append(3);
        file.database()
                .durablyDo(
                        sql -> sql.update(
                                "UPDATE journal SET reading = replace(reading, '\"cpuUsec\":2', '\"cpuUsec\":1') WHERE seq = 2"));
        assertEquals(
                Optional.of("record 2 is not what its hash says"),
                journal().check().broken());
    }

    @Test
    void recordsOfBothFormsAreOneChain() {
        append(2);
        file.database().durably(sql -> journal().append(sql, reading(3, Optional.of(BigInteger.TEN))));
        append(1);
        assertEquals(new Journal.Check(4, 1, 4, 0, Optional.empty()), journal().check());

        // as an older berthd wrote it
        file.database()
                .durablyDo(sql -> sql.update(
                        "UPDATE journal SET reading = replace(reading, ',\"snapshotByteSeconds\":null', '')"));
        assertEquals(Optional.empty(), journal().check().broken());
        file.database()
                .durablyDo(
                        sql -> sql.update(
                                "UPDATE journal SET reading = replace(reading, '\"snapshotByteSeconds\":10', '\"snapshotByteSeconds\":9')"));
        assertEquals(
                Optional.of("record 3 is not what its hash says"),
                journal().check().broken());
    }

    @Test
    void missingRecordIsFound() {
        append(3);
        file.database().durablyDo(sql -> sql.update("DELETE FROM journal WHERE seq = 2"));
        assertEquals(Optional.of("record 2 is missing"), journal().check().broken());
    }

    @Test
    void acknowledgedRecordsAreTrimmedButNeverTheLast() {
        append(3);
        journal().acked(Journal.KEPT_ACKED + 3);

        assertEquals(List.of(3L), journal().from(1, 10).stream().map(Entry::seq).toList());
        append(1);
        assertEquals(Optional.empty(), journal().check().broken());
        assertEquals(4, journal().lastSeq());
    }

    @Test
    void chainGoesOnAfterReopening() {
        append(2);
        file.reopened();
        append(2);
        assertTrue(journal().check().broken().isEmpty());
        assertEquals(4, journal().lastSeq());
    }

    private Journal journal() {
        return new Journal(file.database());
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            long cpu = journal().lastSeq() + 1;
            file.database().durably(sql -> journal().append(sql, reading(cpu)));
        }
    }

    private static Reading reading(long cpu) {
        return reading(cpu, Optional.empty());
    }

    private static Reading reading(long cpu, Optional<BigInteger> snapshots) {
        return new Reading(
                Kind.SAMPLE,
                TestNode.CONTEXT,
                1,
                TestNode.CONTEXT,
                1,
                1_764_000_000_000L + cpu,
                cpu,
                true,
                new Counters(cpu, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, -5, snapshots),
                Optional.empty());
    }
}
