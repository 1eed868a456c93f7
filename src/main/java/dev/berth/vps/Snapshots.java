package dev.berth.vps;

import dev.berth.contract.StorageSpec;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.vps.Snapshot.State;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows snapshots are kept in, and the room they hold on their nodes. Who calls it has the VPS locked. */
@ApplicationScoped
class Snapshots {
    /** Columns of {@code vps v} that make its {@link StorageSpec}, for a list that goes on after them. */
    static final String COLUMNS = " v.storage_layer, v.layer_from, v.layer_after,"
            + " EXISTS (SELECT 1 FROM vps_snapshot s WHERE s.vps_id = v.id) AS ever_snapshots,"
            + " (SELECT GROUP_CONCAT(CAST(s.id AS CHAR) ORDER BY s.id SEPARATOR ' ') FROM vps_snapshot s"
            + " WHERE s.vps_id = v.id AND s.state IN ('PENDING', 'READY', 'FAILED')) AS snapshot_ids,";

    private final Database database;
    private final NodeService nodes;
    private final InstantSource clock;

    Snapshots(Database database, NodeService nodes, InstantSource clock) {
        this.database = database;
        this.nodes = nodes;
        this.clock = clock;
    }

    /** Empty for a VPS whose disk nobody ever asked anything of. */
    static Optional<StorageSpec> spec(Row row) {
        long layer = row.number("storage_layer");
        if (layer == 0 && !row.flag("ever_snapshots")) {
            return Optional.empty();
        }
        return Optional.of(new StorageSpec(
                Vps.words(row.optionalText("snapshot_ids")),
                layer,
                row.optionalUuid("layer_from").map(UUID::toString),
                row.optionalUuid("layer_after").map(UUID::toString)));
    }

    /** Newest first, without those that are gone. */
    List<Snapshot> list(UUID vpsId) {
        return database.list(
                Snapshot.SELECT + "s.vps_id = ? AND s.state <> 'DELETED' ORDER BY s.id DESC LIMIT 200",
                Snapshot::of,
                vpsId);
    }

    Optional<Snapshot> find(UUID vpsId, UUID id) {
        return database.one(
                Snapshot.SELECT + "s.vps_id = ? AND s.id = ? AND s.state <> 'DELETED'", Snapshot::of, vpsId, id);
    }

    /** How many a VPS' plan and its add-ons allow. */
    int allowed(UUID vpsId) {
        return (int) database.number(
                "SELECT LEAST(32, pv.snapshots + " + VpsAddOns.MORE_SNAPSHOTS
                        + ") AS n FROM vps v JOIN plan_version pv ON pv.id = v.plan_version_id WHERE v.id = ?",
                vpsId);
    }

    /** How many places are taken: those that failed or are on their way out take none. */
    int used(UUID vpsId) {
        return (int) database.number("SELECT COUNT(used_slot) AS n FROM vps_snapshot WHERE vps_id = ?", vpsId);
    }

    /** Bytes that its largest one takes or may come to take; 0 where it has none. */
    long largest(UUID vpsId) {
        return database.number(
                "SELECT COALESCE(MAX(COALESCE(size_bytes, reserved_bytes)), 0) AS n FROM vps_snapshot"
                        + " WHERE vps_id = ? AND used_slot IS NOT NULL",
                vpsId);
    }

    /** Takes room on the node for as much as the disk can hold. */
    boolean reserve(Vps vps) {
        return nodes.reserveDisk(vps.node().id(), vps.limits().diskBytes());
    }

    /** Puts a new one into the lowest free place, in the transaction of its operation; room has been reserved. */
    UUID add(Vps vps, Operation operation, String name) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO vps_snapshot (id, vps_id, image_id, operation_id, slot, name, created_by, state,"
                        + " reserved_bytes, created_at) SELECT ?, ?, ?, ?, MIN(free.seq), ?, ?, 'PENDING', ?, ?"
                        + " FROM seq_1_to_32 free WHERE NOT EXISTS (SELECT 1 FROM vps_snapshot s WHERE s.vps_id = ?"
                        + " AND s.used_slot = free.seq)",
                id,
                vps.id(),
                vps.image().id(),
                operation.id(),
                name,
                operation.cause(),
                vps.limits().diskBytes(),
                operation.createdAt(),
                vps.id());
        return id;
    }

    /** What failed is forgotten as soon as something new is asked for. */
    void dropFailed(UUID vpsId) {
        database.update("UPDATE vps_snapshot SET state = 'DELETING' WHERE vps_id = ? AND state = 'FAILED'", vpsId);
    }

    void drop(UUID id) {
        database.update(
                "UPDATE vps_snapshot SET state = 'DELETING' WHERE id = ? AND state IN ('PENDING', 'READY', 'FAILED')",
                id);
    }

    /** A row as reports need it. */
    record Held(UUID id, State state, long reservedBytes, Optional<Long> sizeBytes) {
        private static Held of(Row row) {
            return new Held(
                    row.uuid("id"),
                    row.constant("state", State.class),
                    row.number("reserved_bytes"),
                    row.optionalNumber("size_bytes"));
        }
    }

    List<Held> held(UUID vpsId) {
        return database.list(
                "SELECT id, state, reserved_bytes, size_bytes FROM vps_snapshot WHERE vps_id = ? AND state <> 'DELETED'",
                Held::of,
                vpsId);
    }

    void taken(UUID nodeId, Held held, long bytes) {
        long reserved = Math.min(held.reservedBytes(), bytes);
        database.update(
                "UPDATE vps_snapshot SET state = IF(state = 'PENDING', 'READY', state), size_bytes = ?,"
                        + " taken_at = COALESCE(taken_at, ?), reserved_bytes = ? WHERE id = ?",
                bytes,
                clock.instant(),
                reserved,
                held.id());
        release(nodeId, held.reservedBytes() - reserved);
    }

    void failed(UUID nodeId, Held held, String reason) {
        database.update(
                "UPDATE vps_snapshot SET state = 'FAILED', failure = ?, reserved_bytes = 0 WHERE id = ?",
                reason,
                held.id());
        release(nodeId, held.reservedBytes());
    }

    void gone(UUID nodeId, Held held) {
        database.update(
                "UPDATE vps_snapshot SET state = 'DELETED', deleted_at = ?, reserved_bytes = 0 WHERE id = ?",
                clock.instant(),
                held.id());
        release(nodeId, held.reservedBytes());
    }

    private void release(UUID nodeId, long bytes) {
        if (bytes > 0) {
            nodes.release(nodeId, new Resources(0, 0, bytes));
        }
    }
}
