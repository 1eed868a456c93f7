package dev.berth.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on a small filesystem of its own that others fill. */
class FullDiskKernelIT {
    private static final int RESERVE_BYTES = 6 << 20;

    /** A thousand contexts, once. */
    private static final int RECORDS = 1_000;

    @TempDir
    Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        run("mount", "-t", "tmpfs", "-o", "size=16m", "berth-test", disk.toString());
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", disk.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    @Test
    void recordsGoOnIntoTheReserveAndNoneIsLostBeyondIt() throws IOException {
        try (Database database = Database.open(disk.resolve("berthd.db"))) {
            database.keepReserve(RESERVE_BYTES);
            Journal journal = new Journal(database);
            append(database, journal);
            fill();

            for (int i = 0; i < RECORDS; i++) {
                append(database, journal);
            }
            assertFalse(Files.exists(reserve()), "the reserve was needed");
            assertEquals(RECORDS + 1, journal.check().records());

            assertThrows(StoreException.class, () -> {
                for (int i = 0; i < 100_000; i++) {
                    append(database, journal);
                }
            });
            long kept = journal.check().records();
            assertEquals(Optional.empty(), journal.check().broken());

            Files.delete(disk.resolve("filler"));
            append(database, journal);
            assertEquals(kept + 1, journal.check().records());
            assertEquals(Optional.empty(), journal.check().broken());
            journal.acked(kept);
            assertTrue(Files.exists(reserve()), "and is kept again");
        }
    }

    @Test
    void withoutAFreeInodeRecordsGoOnAndADaemonThatCannotBeginSaysSo() throws Exception {
        run("mount", "-o", "remount,nr_inodes=24", disk.toString());
        Path file = disk.resolve("berthd.db");
        try (Database database = Database.open(file)) {
            database.keepReserve(RESERVE_BYTES);
            Journal journal = new Journal(database);
            append(database, journal);
            fillInodes();
            for (int i = 0; i < RECORDS; i++) {
                append(database, journal);
            }
            assertEquals(RECORDS + 1, journal.check().records());
            assertEquals(Optional.empty(), journal.check().broken());
        }
        // what the database had beside it while it was open is free again
        fillInodes();
        StoreException said =
                assertThrows(StoreException.class, () -> Database.open(file).close());
        assertTrue(String.valueOf(said.getMessage()).contains(file.toString()), said.getMessage());

        Files.delete(disk.resolve("inode0"));
        Files.delete(disk.resolve("inode1"));
        Files.delete(disk.resolve("inode2"));
        try (Database database = Database.open(file)) {
            Journal journal = new Journal(database);
            append(database, journal);
            assertEquals(RECORDS + 2, journal.check().records());
            assertEquals(Optional.empty(), journal.check().broken());
        }
    }

    private void fillInodes() {
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 10_000; i++) {
                Path file = disk.resolve("inode" + i);
                if (!Files.exists(file)) {
                    Files.createFile(file);
                }
            }
        });
    }

    private Path reserve() {
        return disk.resolve("berthd.db.reserve");
    }

    private void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 10_000; i++) {
                    out.write(new byte[4_096]);
                }
            });
        }
    }

    private static void append(Database database, Journal journal) {
        long cpu = journal.lastSeq() + 1;
        Counters counters = new Counters(cpu, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);
        String id = TestNode.CONTEXT;
        Reading reading =
                new Reading(Kind.SAMPLE, id, 1, id, 1, 1_764_000_000_000L + cpu, cpu, true, counters, Optional.empty());
        database.durably(sql -> journal.append(sql, reading));
    }
}
