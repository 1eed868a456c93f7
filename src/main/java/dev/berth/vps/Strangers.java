package dev.berth.vps;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.StorageStatus;
import dev.berth.contract.Stranger;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Contexts that nodes have and nobody here knows: noted and shown to staff, never deleted. Runs in its caller's transaction. */
@ApplicationScoped
class Strangers {
    private final Database database;
    private final InstantSource clock;

    Strangers(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * One that its node knows enough of to be somebody's again.
     *
     * @param layer that its disk has, which a spec must name
     */
    record Adoptable(
            long generation,
            String imageDigest,
            String hostname,
            List<String> addresses,
            Optional<Long> diskBytes,
            long layer,
            long snapshots,
            long restarts,
            boolean running,
            Instant lastSeenAt) {
        static Adoptable of(Row row) {
            return new Adoptable(
                    row.number("generation"),
                    row.text("image_digest"),
                    row.text("hostname"),
                    Vps.words(row.optionalText("addresses")),
                    row.optionalNumber("disk_bytes"),
                    row.optionalNumber("layer").orElse(0L),
                    row.optionalNumber("snapshots").orElse(0L),
                    row.optionalNumber("restarts").orElse(0L),
                    row.flag("running"),
                    row.instant("last_seen_at"));
        }
    }

    boolean any(UUID nodeId, UUID contextId) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM quarantined_context WHERE node_id = ? AND context_id = ?",
                        nodeId,
                        contextId)
                > 0;
    }

    /** Empty where its node knows too little of it. */
    Optional<Adoptable> adoptable(UUID nodeId, UUID contextId) {
        return database.one(
                "SELECT * FROM quarantined_context WHERE node_id = ? AND context_id = ? AND generation IS NOT NULL FOR UPDATE",
                Adoptable::of,
                nodeId,
                contextId);
    }

    void forget(UUID nodeId, UUID contextId) {
        database.update("DELETE FROM quarantined_context WHERE node_id = ? AND context_id = ?", nodeId, contextId);
    }

    void take(UUID nodeId, UUID id, ContextStatus status) {
        if (status.state() == State.GONE) {
            forget(nodeId, id);
            return;
        }
        Instant now = clock.instant();
        Optional<Stranger> known = status.stranger();
        Optional<StorageStatus> storage = status.storage();
        database.update(
                "INSERT INTO quarantined_context (node_id, context_id, first_seen_at, last_seen_at, generation, image_digest,"
                        + " hostname, addresses, disk_bytes, layer, snapshots, restarts, running)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
                        + " last_seen_at = VALUES(last_seen_at), generation = VALUES(generation),"
                        + " image_digest = VALUES(image_digest), hostname = VALUES(hostname),"
                        + " addresses = VALUES(addresses), disk_bytes = COALESCE(VALUES(disk_bytes), disk_bytes),"
                        + " layer = VALUES(layer), snapshots = VALUES(snapshots), restarts = VALUES(restarts),"
                        + " running = VALUES(running)",
                nodeId,
                id,
                now,
                now,
                known.map(Stranger::generation),
                known.map(Stranger::imageDigest),
                known.map(Stranger::hostname),
                known.map(stranger -> String.join(" ", stranger.addresses())),
                known.flatMap(Stranger::diskBytes),
                storage.map(StorageStatus::layer),
                storage.map(it -> it.snapshots().size()),
                status.restarts(),
                known.filter(Stranger::running).isPresent());
    }
}
