package dev.berth.vps;

import dev.berth.contract.Observed;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What nodes still have of VPS that are another node's, and the room it takes there. Runs in its caller's transaction. */
@ApplicationScoped
class Leftovers {
    private static final int MAX_FAILURE = 1_000;

    private final Database database;
    private final NodeService nodes;

    Leftovers(Database database, NodeService nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** A row as reports need it. */
    record Leftover(UUID vpsId, UUID nodeId, UUID planVersionId, long generation, boolean tombstone) {
        private static Leftover of(Row row) {
            return new Leftover(
                    row.uuid("vps_id"),
                    row.uuid("node_id"),
                    row.uuid("plan_version_id"),
                    row.number("generation"),
                    row.flag("tombstone"));
        }
    }

    /** What a node is told of a VPS that is not its own any more. */
    record Told(UUID nodeId, long generation, long revision, boolean tombstone) {}

    Map<UUID, Leftover> on(UUID nodeId) {
        return database
                .list(
                        "SELECT vps_id, node_id, plan_version_id, generation, tombstone FROM vps_leftover WHERE node_id = ?",
                        Leftover::of,
                        nodeId)
                .stream()
                .collect(Collectors.toMap(Leftover::vpsId, Function.identity()));
    }

    boolean on(UUID nodeId, UUID vpsId) {
        return database.number("SELECT COUNT(*) AS n FROM vps_leftover WHERE node_id = ? AND vps_id = ?", nodeId, vpsId)
                > 0;
    }

    /** From here on the node is told this, whatever becomes of the VPS elsewhere. */
    void put(UUID migrationId, UUID vpsId, Told told) {
        database.update(
                "INSERT INTO vps_leftover (vps_id, node_id, plan_version_id, image_id, generation, revision, tombstone,"
                        + " migration_id) SELECT v.id, ?, v.plan_version_id, v.image_id, ?, ?, ?, ? FROM vps v WHERE v.id = ?"
                        + " ON DUPLICATE KEY UPDATE generation = VALUES(generation), revision = VALUES(revision),"
                        + " tombstone = VALUES(tombstone)",
                told.nodeId(),
                told.generation(),
                told.revision(),
                told.tombstone(),
                migrationId,
                vpsId);
    }

    /** The VPS is the node's own again, with all that was reserved for it. */
    void takeBack(UUID nodeId, UUID vpsId) {
        database.update("DELETE FROM vps_leftover WHERE node_id = ? AND vps_id = ?", nodeId, vpsId);
    }

    void take(Leftover leftover, ContextStatus status) {
        boolean gone = status.state() == Observed.State.GONE
                && leftover.tombstone()
                && status.generation() >= leftover.generation();
        if (gone) {
            takeBack(leftover.nodeId(), leftover.vpsId());
            nodes.release(leftover.nodeId(), resources(leftover.planVersionId()));
        } else {
            Optional<String> failure =
                    status.failure().map(text -> text.substring(0, Math.min(text.length(), MAX_FAILURE)));
            database.update(
                    "UPDATE vps_leftover SET failure = ? WHERE node_id = ? AND vps_id = ? AND NOT failure <=> ?",
                    failure,
                    leftover.nodeId(),
                    leftover.vpsId(),
                    failure);
        }
    }

    /** The node is gone for good, with all that it still had of other nodes' VPS. */
    void forget(UUID nodeId) {
        on(nodeId).values().forEach(leftover -> {
            takeBack(nodeId, leftover.vpsId());
            nodes.release(nodeId, resources(leftover.planVersionId()));
        });
    }

    /** What a VPS of a plan takes of its node. */
    Resources resources(UUID planVersionId) {
        return database.one(
                        "SELECT cpu_baseline_milli, memory_bytes, disk_bytes, net_reserved_bits FROM plan_version WHERE id = ?",
                        row -> new Resources(
                                row.number("cpu_baseline_milli"),
                                row.number("memory_bytes"),
                                row.number("disk_bytes"),
                                row.optionalNumber("net_reserved_bits").orElse(0L)),
                        planVersionId)
                .orElseThrow();
    }
}
