package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** States of snapshots that must not be are refused by the database itself. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SnapshotConstraintsTest {
    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private UUID vps = new UUID(0, 0);
    private long generations;

    @BeforeEach
    void aServer() {
        vps = seed.vps(seed.account(), seed.node(), seed.planVersion("EUR"));
        generations = 1;
    }

    private UUID operation(String kind, boolean ended) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, created_at, deadline_at, finished_at)"
                        + " VALUES (?, ?, ?, ?, ?, 'user:test', ?, ?, ?)",
                id,
                vps,
                kind,
                ended ? "SUCCEEDED" : "PENDING",
                generations++,
                clock.instant(),
                clock.instant(),
                ended ? Optional.of(clock.instant()) : Optional.empty());
        return id;
    }

    private UUID snapshot(int slot, String state, String more) {
        UUID id = Ids.next(clock);
        UUID operation = operation("TAKE_SNAPSHOT", true);
        database.update(
                "INSERT INTO vps_snapshot SET id = ?, vps_id = ?, image_id = ?, operation_id = ?, slot = ?, name = 'n',"
                        + " created_by = 'user:test', state = ?, created_at = ?" + more,
                id,
                vps,
                vps,
                operation,
                slot,
                state,
                clock.instant());
        return id;
    }

    private static final String TAKEN = ", reserved_bytes = 1, size_bytes = 1, taken_at = UTC_TIMESTAMP(6)";
    private static final String WAITING = ", reserved_bytes = 1";

    private static void breaksKey(String key, Executable work) {
        assertEquals(
                Optional.of(key), assertThrows(DatabaseException.class, work).duplicateKey());
    }

    private static void breaks(String check, Executable work) {
        assertEquals(
                Optional.of(check), assertThrows(DatabaseException.class, work).brokenCheck());
    }

    @Test
    void onePlaceOneSnapshot() {
        snapshot(1, "READY", TAKEN);
        breaksKey("uq_vps_snapshot_slot", () -> snapshot(1, "READY", TAKEN));
        snapshot(1, "DELETING", TAKEN);
        snapshot(2, "PENDING", WAITING);
        breaksKey("pending_vps_id", () -> snapshot(3, "PENDING", WAITING));
        breaks("slot", () -> snapshot(33, "READY", TAKEN));
    }

    @Test
    void aStateSaysWhatIsKnown() {
        breaks("ck_vps_snapshot_ready", () -> snapshot(1, "READY", WAITING));
        breaks("ck_vps_snapshot_pending", () -> snapshot(1, "PENDING", TAKEN));
        breaks("ck_vps_snapshot_failed", () -> snapshot(1, "FAILED", ", reserved_bytes = 0"));
        breaks("ck_vps_snapshot_deleted", () -> snapshot(1, "DELETED", ", reserved_bytes = 0"));
        breaks("ck_vps_snapshot_size", () -> snapshot(1, "DELETING", WAITING + ", size_bytes = 7"));
        breaks("ck_vps_snapshot_reserved", () -> snapshot(1, "FAILED", WAITING + ", failure = 'f'"));
    }

    @Test
    void oneChangeOfADiskAtATime() {
        operation("RESTORE", true);
        operation("START", false);
        operation("REINSTALL", false);
        breaksKey("uq_operation_disk", () -> operation("TAKE_SNAPSHOT", false));
    }

    @Test
    void onlyOnesOwnSnapshotCanBeRestored() {
        UUID foreign = snapshot(1, "READY", TAKEN);
        aServer();
        UUID own = snapshot(1, "READY", TAKEN);
        String sql = "UPDATE vps SET storage_layer = ?, layer_from = ?, layer_after = ? WHERE id = ?";

        assertThrows(DatabaseException.class, () -> database.update(sql, 1, foreign, Optional.empty(), vps));
        breaks("ck_vps_layer", () -> database.update(sql, 0, own, Optional.empty(), vps));
        breaks("ck_vps_layer_after", () -> database.update(sql, 1, own, own, vps));
        assertEquals(1, database.update(sql, 1, own, Optional.empty(), vps));
    }
}
