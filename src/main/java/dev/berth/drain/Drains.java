package dev.berth.drain;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.Node;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.vps.MigrationService;
import dev.berth.vps.MoveTargets;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Brings drains forward. The row of a drain is locked before everything else by whoever does so: two replicas that look at one at the same time follow
 * each other. A move begins in the transaction that notes it.
 */
@ApplicationScoped
class Drains {
    /** What passes by itself, and is tried again for a while. */
    private static final Set<String> PASSING =
            Set.of("busy", "moving", "not-built", "left-over", "node-silent", "node-full", "node-not-active");

    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
    private static final int MAX_TRIES = 100;
    private static final int MAX_CAUSE = 1_000;
    private static final int MAX_REASON = 500;

    private static final String NEXT = "SELECT d.vps_id FROM drain_vps d JOIN drain x ON x.id = d.drain_id"
            + " WHERE d.drain_id = ? AND x.state = 'RUNNING' AND d.state = 'WAITING'"
            + " AND (SELECT COUNT(*) FROM drain_vps o WHERE o.drain_id = x.id AND o.state = 'MOVING') < x.at_once";

    private final Database database;
    private final Transactions transactions;
    private final MigrationService migrations;
    private final MoveTargets targets;
    private final AuditService audit;
    private final InstantSource clock;
    private final Duration deadline;
    private final Duration patience;

    Drains(
            Database database,
            Transactions transactions,
            MigrationService migrations,
            MoveTargets targets,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.migration.deadline") Duration deadline,
            @ConfigProperty(name = "berth.drain.patience") Duration patience) {
        this.database = database;
        this.transactions = transactions;
        this.migrations = migrations;
        this.targets = targets;
        this.audit = audit;
        this.clock = clock;
        this.deadline = deadline;
        this.patience = patience;
    }

    /** One that has not ended, with its row locked. */
    private record Open(UUID id, UUID nodeId, String nodeName, Node.State node, boolean running, String reason) {
        static Open of(Row row) {
            return new Open(
                    row.uuid("id"),
                    row.uuid("node_id"),
                    row.text("name"),
                    row.constant("node_state", Node.State.class),
                    row.text("state").equals("RUNNING"),
                    row.text("reason"));
        }

        /** What owners read of the move. */
        String why() {
            String text = "%s is emptied: %s".formatted(nodeName, reason);
            return text.substring(0, Math.min(text.length(), MAX_REASON));
        }
    }

    /** A node that is emptied says so with its next look at the most. */
    @RunOnVirtualThread
    @Scheduled(every = "3s", identity = "drains")
    void sweep() {
        database.list(
                        "SELECT id FROM drain WHERE open_node_id IS NOT NULL ORDER BY id LIMIT 1000",
                        row -> row.uuid("id"))
                .forEach(this::advance);
    }

    void advance(UUID id) {
        transactions.run(() -> locked(id).ifPresent(this::look));
        int tries = 0;
        for (Optional<UUID> next = next(id); next.isPresent() && tries < MAX_TRIES; next = next(id)) {
            attempt(id, next.get());
            tries++;
        }
        if (tries > 0) {
            transactions.run(() -> locked(id).ifPresent(this::look));
        }
    }

    private Optional<Open> locked(UUID id) {
        database.one("SELECT id FROM drain WHERE id = ? FOR UPDATE", row -> row.uuid("id"), id);
        return database.one(
                "SELECT x.id, x.node_id, n.name, n.state AS node_state, x.state, x.reason FROM drain x"
                        + " JOIN node n ON n.id = x.node_id WHERE x.id = ? AND x.open_node_id IS NOT NULL",
                Open::of,
                id);
    }

    private void look(Open drain) {
        if (drain.running()) {
            collect(drain.id(), drain.nodeId());
        }
        outcomes(drain.id());
        boolean other = drain.node() != Node.State.DRAINING;
        if (drain.running() && other && stop(drain.id())) {
            trail(drain, "node.drain-stop", "the node is " + drain.node());
        } else if (drain.running() && done(drain)) {
            end(drain.id(), Drain.State.DONE);
            trail(drain, "node.drained", "all that can go has gone");
        } else if (!drain.running()) {
            endIfStill(drain.id());
        }
    }

    private void trail(Open drain, String action, String detail) {
        audit.record(
                Caller.system("drain"), Deed.of(action, "node", drain.nodeId()).with(detail));
    }

    /** Whatever is on the node is to leave it, what came meanwhile included; what is deleted leaves by itself. */
    void collect(UUID id, UUID nodeId) {
        Instant now = clock.instant();
        database.update(
                "INSERT IGNORE INTO drain_vps (drain_id, vps_id, state, created_at, changed_at)"
                        + " SELECT ?, v.id, 'WAITING', ?, ? FROM vps v WHERE v.node_id = ?"
                        + " AND v.observed_state <> 'GONE' AND v.desired_state <> 'DELETED'",
                id,
                now,
                now,
                nodeId);
        database.update(
                "DELETE d FROM drain_vps d JOIN vps v ON v.id = d.vps_id WHERE d.drain_id = ?"
                        + " AND d.state IN ('WAITING', 'REFUSED') AND v.desired_state = 'DELETED'",
                id);
    }

    /** Moves that ended, and those that nobody can expect to end any more: these may still, and are counted as what they become. */
    private void outcomes(UUID id) {
        Instant now = clock.instant();
        String update = "UPDATE drain_vps d JOIN migration m ON m.id = d.migration_id SET d.state = '%s', d.cause = %s,"
                + " d.changed_at = ? WHERE d.drain_id = ? AND d.state IN (%s) AND m.state IN (%s)";
        database.update(update.formatted("MOVED", "NULL", "'MOVING', 'REFUSED'", "'SEALED'"), now, id);
        database.update(
                update.formatted(
                        "REFUSED",
                        "CONCAT('Its move was given up: ', COALESCE(m.failure, 'nobody said why.'))",
                        "'MOVING'",
                        "'GAVE_UP'"),
                now,
                id);
        database.update(
                update.formatted(
                                "REFUSED",
                                "'Its move has not ended in time, and somebody must look at it: it can still succeed.'",
                                "'MOVING'",
                                "'SWITCHED', 'RETURNING'")
                        + " AND m.created_at < ?",
                now,
                id,
                now.minus(deadline));
    }

    private boolean done(Open drain) {
        return database.number(
                                "SELECT COUNT(*) AS n FROM drain_vps WHERE drain_id = ? AND state IN ('WAITING', 'MOVING')",
                                drain.id())
                        == 0
                && database.number(
                                "SELECT COUNT(*) AS n FROM migration WHERE target_node_id = ? AND state = 'COPYING'",
                                drain.nodeId())
                        == 0;
    }

    /** Called in a transaction. */
    boolean stop(UUID id) {
        if (database.update("UPDATE drain SET state = 'STOPPING' WHERE id = ? AND state = 'RUNNING'", id) == 0) {
            return false;
        }
        database.update(
                "UPDATE drain_vps SET state = 'LEFT', changed_at = ? WHERE drain_id = ? AND state = 'WAITING'",
                clock.instant(),
                id);
        endIfStill(id);
        return true;
    }

    private void endIfStill(UUID id) {
        if (database.number("SELECT COUNT(*) AS n FROM drain_vps WHERE drain_id = ? AND state = 'MOVING'", id) == 0) {
            end(id, Drain.State.STOPPED);
        }
    }

    private void end(UUID id, Drain.State state) {
        database.update("UPDATE drain SET state = ?, ended_at = ? WHERE id = ?", state, clock.instant(), id);
    }

    private Optional<UUID> next(UUID id) {
        return database.one(
                NEXT + " AND (d.tried_at IS NULL OR d.tried_at < ?) ORDER BY d.tried_at, d.vps_id LIMIT 1",
                row -> row.uuid("vps_id"),
                id,
                clock.instant().minus(TRY_AGAIN));
    }

    private void attempt(UUID id, UUID vpsId) {
        try {
            transactions.run(() -> locked(id).ifPresent(drain -> begin(drain, vpsId)));
        } catch (Problem problem) {
            transactions.run(() -> refused(id, vpsId, problem));
        }
    }

    private void begin(Open drain, UUID vpsId) {
        if (database.one(NEXT + " AND d.vps_id = ?", row -> row.uuid("vps_id"), drain.id(), vpsId)
                .isEmpty()) {
            return; // another replica was first
        }
        UUID migration = underWay(drain.nodeId(), vpsId).orElseGet(() -> move(drain, vpsId));
        database.update(
                "UPDATE drain_vps SET state = 'MOVING', migration_id = ?, cause = NULL, changed_at = ?"
                        + " WHERE drain_id = ? AND vps_id = ?",
                migration,
                clock.instant(),
                drain.id(),
                vpsId);
    }

    /** A move away from here that somebody else began counts as one of ours, as long as it goes on and when it has taken the VPS away. */
    private Optional<UUID> underWay(UUID nodeId, UUID vpsId) {
        return database.one(
                "SELECT m.id FROM migration m JOIN vps v ON v.id = m.vps_id WHERE m.vps_id = ? AND m.source_node_id = ?"
                        + " AND (m.state IN ('COPYING', 'SWITCHED') OR m.state = 'SEALED' AND v.node_id <> ?)"
                        + " ORDER BY m.id DESC LIMIT 1",
                row -> row.uuid("id"),
                vpsId,
                nodeId,
                nodeId);
    }

    private UUID move(Open drain, UUID vpsId) {
        Set<UUID> among = Set.copyOf(database.list(
                "SELECT node_id FROM drain_target WHERE drain_id = ?", row -> row.uuid("node_id"), drain.id()));
        List<Node> fitting = targets.of(vpsId, among);
        Caller self = new Caller("system:drain", "drain", "", Set.of(Role.SUPPORT));
        return migrations
                .begin(self, vpsId, fitting.getFirst().id().toString(), drain.why())
                .migration()
                .id();
    }

    private void refused(UUID id, UUID vpsId, Problem problem) {
        String cause = problem.detail().substring(0, Math.min(problem.detail().length(), MAX_CAUSE));
        Instant now = clock.instant();
        database.update(
                "UPDATE drain_vps SET state = IF(? AND created_at > ?, 'WAITING', 'REFUSED'), cause = ?, tried_at = ?,"
                        + " changed_at = ? WHERE drain_id = ? AND vps_id = ? AND state = 'WAITING'",
                PASSING.contains(problem.code()),
                now.minus(patience),
                cause,
                now,
                now,
                id,
                vpsId);
    }
}
