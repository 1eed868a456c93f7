package dev.berth.vps;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Signals;
import dev.berth.platform.Transactions;
import dev.berth.vps.Vps.ObservedState;
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
 * Brings moves forward, by what nodes have said. Each change of state is one transaction that looks again with everything locked: nodes first, the
 * source before the target, then the VPS, then the move.
 */
@ApplicationScoped
class Migrations {
    private static final String SELECT =
            "SELECT m.id, m.vps_id, m.source_node_id, m.target_node_id, m.state, m.source_generation,"
                    + " m.departure IS NOT NULL AS departed, m.created_at, v.account_id, v.plan_version_id, v.revision,"
                    + " v.observed_generation, v.observed_state, v.failure IS NOT NULL AS failing,"
                    + " v.desired_state = 'RUNNING' AND v.suspended_at IS NULL AS running,"
                    + " EXISTS (SELECT 1 FROM vps_leftover l WHERE l.vps_id = v.id AND l.node_id = m.target_node_id)"
                    + " AS left_on_target,"
                    + " EXISTS (SELECT 1 FROM node_death e WHERE e.node_id = m.source_node_id) AS source_dead,"
                    + " EXISTS (SELECT 1 FROM node_death e WHERE e.node_id = m.target_node_id) AS target_dead FROM migration m JOIN vps v ON v.id = m.vps_id"
                    + " WHERE m.open_vps_id IS NOT NULL AND ";

    private static final String TARGET_LOST = "The node that it was to go to is gone for good.";
    private static final String SOURCE_LOST =
            "The node that it was on is gone for good, and its disk had not been handed over.";

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final Leftovers leftovers;
    private final Signals signals;
    private final AuditService audit;
    private final InstantSource clock;
    private final Duration deadline;

    Migrations(
            Database database,
            Transactions transactions,
            NodeService nodes,
            Leftovers leftovers,
            Signals signals,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.migration.deadline") Duration deadline) {
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.leftovers = leftovers;
        this.signals = signals;
        this.audit = audit;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** A move and what its next step depends on, read at one moment. */
    private record Moving(
            UUID id,
            UUID vpsId,
            UUID accountId,
            UUID planVersionId,
            UUID source,
            UUID target,
            Move move,
            long sourceGeneration,
            long revision,
            Move.Told told,
            boolean running,
            boolean leftOnTarget,
            boolean sourceDead,
            boolean targetDead,
            Instant since) {
        static Moving of(Row row) {
            return new Moving(
                    row.uuid("id"),
                    row.uuid("vps_id"),
                    row.uuid("account_id"),
                    row.uuid("plan_version_id"),
                    row.uuid("source_node_id"),
                    row.uuid("target_node_id"),
                    Move.of(
                            row.constant("state", Move.State.class),
                            row.number("source_generation"),
                            row.flag("departed")),
                    row.number("source_generation"),
                    row.number("revision"),
                    new Move.Told(
                            row.number("observed_generation"),
                            row.constant("observed_state", ObservedState.class),
                            row.flag("failing")),
                    row.flag("running"),
                    row.flag("left_on_target"),
                    row.flag("source_dead"),
                    row.flag("target_dead"),
                    row.instant("created_at"));
        }

        Optional<Move> next() {
            return switch (move) {
                case Move.Copying copying -> next(copying);
                case Move.Switched switched ->
                    targetDead
                            ? Optional.of(switched.withoutTarget())
                            : switched.heard(told, running).map(Move.class::cast);
                case Move.Returning returning ->
                    returning.heard(leftOnTarget && !targetDead).map(Move.class::cast);
                case Move.Sealed _, Move.GaveUp _ -> Optional.empty();
            };
        }

        private Optional<Move> next(Move.Copying copying) {
            if (targetDead) {
                return Optional.of(copying.giveUp());
            }
            return sourceDead
                    ? Optional.of(copying.withoutSource())
                    : copying.heard(told).map(Move.class::cast);
        }
    }

    /** After a report of this node, or of its end: it may have been the one that was waited for. */
    void heard(UUID nodeId) {
        database.list(SELECT + "(m.source_node_id = ? OR m.target_node_id = ?)", Moving::of, nodeId, nodeId)
                .forEach(this::advance);
    }

    /** What a portal that ended in between left to be done, and what takes too long. */
    @RunOnVirtualThread
    @Scheduled(every = "10s", identity = "migrations")
    void sweep() {
        List<Moving> open = database.list(SELECT + "TRUE ORDER BY m.id LIMIT 1000", Moving::of);
        open.forEach(this::advance);
        Instant late = clock.instant().minus(deadline);
        open.stream()
                .filter(moving ->
                        moving.move() instanceof Move.Copying && moving.since().isBefore(late))
                .forEach(moving -> giveUp(moving.id(), "It was not handed over in time."));
    }

    private void advance(Moving seen) {
        if (seen.next().isPresent()) {
            transactions.run(() -> {
                long source = nodes.nextRevision(seen.source());
                long target = nodes.nextRevision(seen.target());
                locked(seen.id()).ifPresent(now -> now.next().ifPresent(next -> apply(now, next, source, target)));
            });
        }
    }

    private Optional<Moving> locked(UUID id) {
        database.one(
                "SELECT v.id FROM vps v WHERE v.id = (SELECT m.vps_id FROM migration m WHERE m.id = ?) FOR UPDATE",
                row -> row.uuid("id"),
                id);
        database.one("SELECT id FROM migration WHERE id = ? FOR UPDATE", row -> row.uuid("id"), id);
        return database.one(SELECT + "m.id = ?", Moving::of, id);
    }

    private void apply(Moving now, Move next, long sourceRevision, long targetRevision) {
        switch (next) {
            case Move.Switched switched -> switchOver(now, switched, targetRevision);
            case Move.Sealed sealed -> seal(now, sealed, sourceRevision);
            case Move.GaveUp stays
            when now.move() instanceof Move.Copying -> stays(now, stays, ended(now), sourceRevision);
            case Move.GaveUp back -> back(now, back, sourceRevision);
            case Move.Copying _, Move.Returning _ -> throw new IllegalStateException("no report leads to " + next);
        }
        signals.raise(new OperationTopic(now.vpsId()));
    }

    private void switchOver(Moving now, Move.Switched next, long revision) {
        leftovers.put(
                now.id(), now.vpsId(), new Leftovers.Told(now.source(), now.sourceGeneration(), now.revision(), false));
        belongs(now, now.target(), next.generation(), revision);
        database.update(
                "INSERT INTO vps_stay (vps_id, node_id, generation, left_at) VALUES (?, ?, ?, ?)",
                now.vpsId(),
                now.source(),
                now.sourceGeneration(),
                clock.instant());
        state(now, next, Optional.empty());
    }

    private void seal(Moving now, Move.Sealed next, long revision) {
        leftovers.put(now.id(), now.vpsId(), new Leftovers.Told(now.source(), next.generation(), revision, true));
        state(now, next, Optional.empty());
        end(now, Operation.State.SUCCEEDED, Optional.empty());
        trail(now, "vps.migrated");
    }

    private static String ended(Moving now) {
        return now.targetDead() ? TARGET_LOST : SOURCE_LOST;
    }

    /** The target has shown that nothing is left there, or never will. What it measured until then stays billed. */
    private void back(Moving now, Move.GaveUp next, long revision) {
        leftovers.takeBack(now.source(), now.vpsId());
        if (now.targetDead()) {
            leftovers.takeBack(now.target(), now.vpsId());
            nodes.release(now.target(), leftovers.resources(now.planVersionId()));
        }
        belongs(now, now.source(), next.generation(), revision);
        unstay(now);
        database.update(
                "INSERT INTO vps_stay (vps_id, node_id, generation, left_at) SELECT ?, ?, ?, ? FROM DUAL WHERE EXISTS"
                        + " (SELECT 1 FROM reading r FORCE INDEX (ix_reading_time) WHERE r.node_id = ? AND r.context_id = ? AND r.generation > ?)",
                now.vpsId(),
                now.target(),
                next.generation(),
                clock.instant(),
                now.target(),
                now.vpsId(),
                now.sourceGeneration());
        state(now, next, now.targetDead() ? Optional.of(TARGET_LOST) : Optional.empty());
        end(now, Operation.State.CANCELLED, Optional.of(PlainWords.STAYED));
        trail(now, "vps.migrated-back");
    }

    /**
     * What the node that has it now is told, and a clean page for what it will say.
     */
    private void belongs(Moving now, UUID node, long generation, long revision) {
        database.update(
                "UPDATE vps SET node_id = ?, generation = ?, revision = ?, version = version + 1,"
                        + " observed_state = 'STOPPED', observed_generation = LEAST(observed_generation, ?),"
                        + " failure = NULL WHERE id = ?",
                node,
                generation,
                revision,
                now.sourceGeneration(),
                now.vpsId());
    }

    /** False when it has ended, or may not be stopped any more. */
    boolean giveUp(UUID id, String why) {
        return transactions.run(() -> {
            Optional<Moving> seen = database.one(SELECT + "m.id = ?", Moving::of, id);
            if (seen.isEmpty()) {
                return false;
            }
            long source = nodes.nextRevision(seen.get().source());
            long target = nodes.nextRevision(seen.get().target());
            return locked(id).filter(now -> giveUp(now, why, source, target)).isPresent();
        });
    }

    private boolean giveUp(Moving now, String why, long sourceRevision, long targetRevision) {
        return switch (now.move()) {
            case Move.Copying copying -> {
                stays(now, copying.giveUp(), why, sourceRevision);
                yield true;
            }
            case Move.Switched switched -> {
                Optional<Move.Returning> next = switched.giveUp(now.told());
                next.ifPresent(returning -> turnBack(now, returning, why, sourceRevision, targetRevision));
                yield next.isPresent();
            }
            case Move.Returning _, Move.Sealed _, Move.GaveUp _ -> false;
        };
    }

    private void stays(Moving now, Move.GaveUp next, String why, long revision) {
        database.update(
                "UPDATE vps SET generation = ?, revision = ?, version = version + 1 WHERE id = ?",
                next.generation(),
                revision,
                now.vpsId());
        nodes.release(now.target(), leftovers.resources(now.planVersionId()));
        state(now, next, Optional.of(why));
        end(now, Operation.State.CANCELLED, Optional.of(PlainWords.STAYED));
        signals.raise(new OperationTopic(now.vpsId()));
    }

    /** It is the source's again, which hears of it when the target has forgotten it. */
    private void turnBack(Moving now, Move.Returning next, String why, long sourceRevision, long targetRevision) {
        leftovers.put(now.id(), now.vpsId(), new Leftovers.Told(now.target(), next.generation(), targetRevision, true));
        belongs(now, now.source(), next.generation(), sourceRevision);
        unstay(now);
        state(now, next, Optional.of(why));
    }

    /** It has not left its source after all. */
    private void unstay(Moving now) {
        database.update(
                "DELETE FROM vps_stay WHERE vps_id = ? AND node_id = ? AND generation = ?",
                now.vpsId(),
                now.source(),
                now.sourceGeneration());
    }

    private void state(Moving now, Move next, Optional<String> failure) {
        boolean ended = next instanceof Move.Sealed || next instanceof Move.GaveUp;
        database.update(
                "UPDATE migration SET state = ?, failure = COALESCE(?, failure), ended_at = ? WHERE id = ?",
                next.state(),
                failure,
                ended ? Optional.of(clock.instant()) : Optional.empty(),
                now.id());
    }

    private void end(Moving now, Operation.State state, Optional<String> failure) {
        database.update(
                "UPDATE operation SET state = ?, failure = ?, started_at = COALESCE(started_at, ?), finished_at = ?"
                        + " WHERE vps_id = ? AND generation = ? AND finished_at IS NULL",
                state,
                failure,
                clock.instant(),
                clock.instant(),
                now.vpsId(),
                now.sourceGeneration());
    }

    private void trail(Moving now, String action) {
        Caller portal = new Caller("system:migration", "migration", "", Set.of());
        audit.record(portal, Deed.of(action, "vps", now.vpsId()).account(now.accountId()));
    }
}
