package dev.berth.vps;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService;
import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Signals;
import dev.berth.vps.Leftovers.Leftover;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.StorageReports.End;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a node says about contexts becomes states of VPS and ends of operations. Runs in the caller's transaction. */
@ApplicationScoped
class Reports {
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_FINGERPRINTS = 2_000;

    private final Database database;
    private final NodeService nodes;
    private final StorageReports storage;
    private final Leftovers leftovers;
    private final AddressService addresses;
    private final Subscriptions subscriptions;
    private final Pressures pressures;
    private final Strangers strangers;
    private final Signals signals;
    private final AuditService audit;
    private final InstantSource clock;

    Reports(
            Database database,
            NodeService nodes,
            StorageReports storage,
            Leftovers leftovers,
            AddressService addresses,
            Subscriptions subscriptions,
            Pressures pressures,
            Strangers strangers,
            Signals signals,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.nodes = nodes;
        this.storage = storage;
        this.leftovers = leftovers;
        this.addresses = addresses;
        this.subscriptions = subscriptions;
        this.pressures = pressures;
        this.strangers = strangers;
        this.signals = signals;
        this.audit = audit;
        this.clock = clock;
    }

    void take(UUID nodeId, Observed observed) {
        List<UUID> gone = new ArrayList<>();
        Map<UUID, Leftover> left = leftovers.on(nodeId);
        for (ContextStatus status : observed.contexts()) {
            UUID id = UUID.fromString(status.contextId());
            if (left.containsKey(id)) {
                leftovers.take(left.get(id), status);
                continue;
            }
            Optional<Known> known = known(nodeId, id);
            if (known.isPresent()) {
                take(known.get(), status, observed.revision());
                if (status.state() == Observed.State.GONE
                        && known.get().deleted()
                        && !known.get().gone()) {
                    gone.add(id);
                }
            } else {
                strangers.take(nodeId, id, status);
            }
        }
        // the trail is written last: its end is the one row that every writer waits for
        Caller node = new Caller("node:" + nodeId, "node", "", Set.of());
        gone.forEach(id -> audit.record(node, Deed.of("vps.gone", "vps", id).account(accountOf(id))));
    }

    private UUID accountOf(UUID vpsId) {
        return database.one("SELECT account_id FROM vps WHERE id = ?", row -> row.uuid("account_id"), vpsId)
                .orElseThrow();
    }

    private record Known(
            UUID id, UUID nodeId, long generation, long revision, boolean deleted, boolean gone, Resources resources) {
        static Known of(Row row) {
            return new Known(
                    row.uuid("id"),
                    row.uuid("node_id"),
                    row.number("generation"),
                    row.number("revision"),
                    row.text("desired_state").equals("DELETED"),
                    row.text("observed_state").equals("GONE"),
                    new Resources(
                            row.number("cpu_baseline_milli"),
                            row.number("memory_bytes"),
                            row.number("disk_bytes"),
                            row.optionalNumber("net_reserved_bits").orElse(0L)));
        }
    }

    private Optional<Known> known(UUID nodeId, UUID id) {
        return database.one(
                "SELECT v.id, v.node_id, v.generation, v.revision, v.desired_state, v.observed_state, pv.cpu_baseline_milli,"
                        + " pv.memory_bytes, pv.disk_bytes, pv.net_reserved_bits FROM vps v JOIN plan_version pv ON pv.id = v.plan_version_id"
                        + " WHERE v.id = ? AND v.node_id = ?",
                Known::of,
                id,
                nodeId);
    }

    private void take(Known vps, ContextStatus status, long nodeRevision) {
        if (vps.gone()) {
            return;
        }
        // GONE without a tombstone would be a node that lost a customer's files: it is shown, and nothing is given away
        boolean lost = status.state() == Observed.State.GONE && !vps.deleted();
        state(vps, status, lost);
        storage.take(vps.nodeId(), vps.id(), status);
        status.sample().ifPresent(sample -> sample(vps.id(), sample));
        status.pressure().ifPresent(pressure -> pressures.take(vps.id(), pressure));
        operations(vps, status, nodeRevision, lost);
        if (status.state() == Observed.State.GONE && vps.deleted()) {
            gone(vps);
        }
        signals.raise(new OperationTopic(vps.id()));
    }

    private void state(Known vps, ContextStatus status, boolean lost) {
        Optional<String> failure = lost ? Optional.of(PlainWords.LOST) : status.failure();
        database.update(
                "UPDATE vps SET observed_state = ?, observed_generation = ?, observed_restarts = ?, observed_at = ?,"
                        + " failure = ?, ssh_fingerprints = COALESCE(?, ssh_fingerprints) WHERE id = ?",
                lost
                        ? Vps.ObservedState.STOPPED
                        : Vps.ObservedState.valueOf(status.state().name()),
                status.generation(),
                status.restarts(),
                clock.instant(),
                failure.map(text -> cut(text, MAX_TEXT)),
                fingerprints(status.sshFingerprints()),
                vps.id());
    }

    private static Optional<String> fingerprints(List<String> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(cut(String.join(" ", all), MAX_FINGERPRINTS));
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    private void sample(UUID vpsId, Observed.Sample s) {
        database.update(
                "INSERT IGNORE INTO vps_sample (vps_id, at, cpu_usec, cpu_throttled_usec, cpu_tokens, memory_bytes,"
                        + " disk_bytes, processes, net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                vpsId,
                Instant.ofEpochMilli(s.utcMillis()),
                s.cpuUsec(),
                s.cpuThrottledUsec(),
                s.cpuTokens(),
                s.memoryBytes(),
                s.diskBytes(),
                s.processes(),
                s.netTxBytes(),
                s.netRxBytes(),
                s.ioReadBytes(),
                s.ioWriteBytes());
    }

    private record Open(UUID id, long generation, Kind kind) {
        boolean delete() {
            return kind == Kind.DELETE;
        }
    }

    private void operations(Known vps, ContextStatus status, long nodeRevision, boolean lost) {
        List<Open> open = database.list(
                "SELECT id, generation, kind FROM operation WHERE vps_id = ?"
                        + " AND state IN ('PENDING', 'RUNNING', 'NEEDS_ATTENTION') ORDER BY generation",
                row -> new Open(row.uuid("id"), row.number("generation"), row.constant("kind", Kind.class)),
                vps.id());
        if (open.isEmpty()) {
            return;
        }
        // the steps are those of the newest change the node works on, or has done
        Open current = current(open, status.generation());
        if (current.kind() == Kind.MIGRATE && vps.generation() > current.generation()) {
            // of the second node: they follow the first one's
            steps(current.id(), ContextStatus.MAX_STEPS, status.steps());
        } else if (status.generation() + 1 >= current.generation()) {
            steps(current.id(), 0, status.steps());
        }
        for (Open operation : open) {
            Optional<End> end = lost ? Optional.empty() : end(operation, vps, status);
            end.ifPresentOrElse(
                    how -> end(operation, how), () -> advance(operation, vps, status.failure(), nodeRevision));
        }
    }

    private Optional<End> end(Open operation, Known vps, ContextStatus status) {
        boolean gone = status.state() == Observed.State.GONE;
        if (operation.delete()) {
            return gone ? Optional.of(End.SUCCEEDED) : Optional.empty();
        }
        if (operation.kind() == Kind.MIGRATE) {
            return Optional.empty(); // two nodes have their part in it: see Migrations
        }
        boolean later = status.generation() > operation.generation();
        boolean reached = later
                || (status.generation() == operation.generation()
                        && status.failure().isEmpty());
        if (!reached) {
            return Optional.empty();
        }
        return operation.kind().ofDisk() && !gone
                ? storage.end(vps.id(), operation.id(), operation.kind(), status)
                : Optional.of(later ? End.OVERTAKEN : End.SUCCEEDED);
    }

    private static Open current(List<Open> open, long generation) {
        return open.stream()
                .filter(o -> o.generation() >= generation)
                .findFirst()
                .orElseGet(open::getLast);
    }

    private void end(Open operation, End how) {
        database.update(
                "UPDATE operation SET state = ?, failure = ?, started_at = COALESCE(started_at, ?), finished_at = ?"
                        + " WHERE id = ?",
                how.state(),
                how.failure(),
                clock.instant(),
                clock.instant(),
                operation.id());
    }

    private void advance(Open operation, Known vps, Optional<String> failure, long nodeRevision) {
        if (failure.isPresent()) {
            database.update(
                    "UPDATE operation SET state = 'NEEDS_ATTENTION', failure = ?, started_at = COALESCE(started_at, ?)"
                            + " WHERE id = ?",
                    cut(failure.get(), MAX_TEXT),
                    clock.instant(),
                    operation.id());
        } else if (nodeRevision >= vps.revision()) {
            database.update(
                    "UPDATE operation SET state = 'RUNNING', started_at = ? WHERE id = ? AND state = 'PENDING'",
                    clock.instant(),
                    operation.id());
        }
    }

    private void steps(UUID operationId, int first, List<Observed.Step> steps) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Observed.Step step = steps.get(i);
            rows.add(new @Nullable Object[] {
                operationId,
                first + i,
                step.name(),
                step.state(),
                Instant.ofEpochMilli(step.startedMillis()),
                step.tookMicros().filter(micros -> micros >= 0)
            });
        }
        database.updateAll(
                "INSERT INTO operation_step (operation_id, position, name, state, started_at, took_micros)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), state = VALUES(state),"
                        + " started_at = VALUES(started_at), took_micros = VALUES(took_micros)",
                rows);
    }

    /** Nothing is left on the node: what the VPS held goes back. */
    private void gone(Known vps) {
        database.update("UPDATE vps SET deleted_at = ? WHERE id = ?", clock.instant(), vps.id());
        subscriptions.end(vps.id());
        addresses.release(vps.id());
        storage.gone(vps.nodeId(), vps.id());
        nodes.release(vps.nodeId(), vps.resources());
    }
}
