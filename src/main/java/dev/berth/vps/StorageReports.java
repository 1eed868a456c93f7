package dev.berth.vps;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.StorageStatus;
import dev.berth.platform.Database;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Snapshot.State;
import dev.berth.vps.Snapshots.Held;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a node says of disks becomes states of snapshots and ends of their operations. Runs in the report's transaction. */
@ApplicationScoped
class StorageReports {
    private final Database database;
    private final Snapshots snapshots;
    private final InstantSource clock;

    StorageReports(Database database, Snapshots snapshots, InstantSource clock) {
        this.database = database;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    void take(UUID nodeId, UUID vpsId, ContextStatus status) {
        status.storage().ifPresent(storage -> take(nodeId, vpsId, status.generation(), storage));
    }

    private void take(UUID nodeId, UUID vpsId, long generation, StorageStatus storage) {
        limit(vpsId, storage);
        List<Held> held = snapshots.held(vpsId);
        if (held.isEmpty()) {
            return;
        }
        Map<String, StorageStatus.Snapshot> told = storage.snapshots().stream()
                .collect(
                        Collectors.toMap(StorageStatus.Snapshot::snapshotId, Function.identity(), (one, other) -> one));
        // what is not there may be on its way, until the node has done all that was asked of it
        boolean upToDate = generation >= database.number("SELECT generation AS n FROM vps WHERE id = ?", vpsId);
        for (Held one : held) {
            Optional<StorageStatus.Snapshot> there =
                    Optional.ofNullable(told.get(one.id().toString()));
            if (one.state() == State.DELETING) {
                if (there.isEmpty() && upToDate) {
                    snapshots.gone(nodeId, one);
                }
            } else {
                there.ifPresent(snapshot -> there(nodeId, one, snapshot));
            }
        }
    }

    /** Written when it differs from what was told before. A node that never told one has nothing to say by telling none. */
    private void limit(UUID vpsId, StorageStatus storage) {
        Optional<Long> bytes = storage.limit().map(StorageStatus.Limit::bytes);
        Optional<Long> inodes = storage.limit().flatMap(StorageStatus.Limit::inodes);
        database.update(
                "UPDATE vps SET storage_limit_bytes = ?, storage_limit_inodes = ?, storage_limit_at = ? WHERE id = ?"
                        + " AND (? IS NOT NULL OR storage_limit_at IS NOT NULL)"
                        + " AND NOT (storage_limit_at IS NOT NULL AND storage_limit_bytes <=> ? AND storage_limit_inodes <=> ?)",
                bytes,
                inodes,
                clock.instant(),
                vpsId,
                bytes,
                bytes,
                inodes);
    }

    private void there(UUID nodeId, Held held, StorageStatus.Snapshot told) {
        if (told.failure().isPresent()) {
            if (held.state() == State.PENDING) {
                snapshots.failed(nodeId, held, told.failure().get());
            }
        } else if (held.state() != State.FAILED
                && held.sizeBytes().filter(size -> size == told.bytes()).isEmpty()) {
            snapshots.taken(nodeId, held, told.bytes());
        }
    }

    /** Nothing is left of the VPS, so nothing of these. */
    void gone(UUID nodeId, UUID vpsId) {
        snapshots.held(vpsId).forEach(held -> snapshots.gone(nodeId, held));
    }

    /** How an operation ended. */
    record End(Operation.State state, Optional<String> failure) {
        static final End SUCCEEDED = new End(Operation.State.SUCCEEDED, Optional.empty());
        static final End OVERTAKEN = new End(Operation.State.CANCELLED, Optional.of(PlainWords.OVERTAKEN));
    }

    /** By what is on the disk, because a later change of something else does not undo it. Empty while it goes on. */
    Optional<End> end(UUID vpsId, UUID operationId, Kind kind, ContextStatus status) {
        Optional<Copy> copy = database.one(
                "SELECT state, failure FROM vps_snapshot WHERE operation_id = ?",
                row -> new Copy(row.constant("state", State.class), row.optionalText("failure")),
                operationId);
        Optional<End> failed =
                copy.flatMap(Copy::failure).map(why -> new End(Operation.State.FAILED, Optional.of(why)));
        return switch (kind) {
            case TAKE_SNAPSHOT -> copy.flatMap(Copy::end);
            case RESTORE, REINSTALL -> replaced(vpsId, status) ? Optional.of(End.SUCCEEDED) : failed;
            case DELETE_SNAPSHOT ->
                snapshots.held(vpsId).stream().anyMatch(held -> held.state() == State.DELETING)
                        ? Optional.empty()
                        : Optional.of(End.SUCCEEDED);
            case CREATE,
                    START,
                    STOP,
                    RESTART,
                    DELETE,
                    SUSPEND,
                    RESUME,
                    CHANGE,
                    PASSWORD_RESET,
                    RESCUE,
                    LEAVE_RESCUE,
                    ADD_ADDRESS,
                    REMOVE_ADDRESS,
                    CHANGE_PLAN,
                    LIMIT,
                    UNLIMIT,
                    CHANGE_ADD_ONS,
                    MIGRATE -> Optional.empty();
        };
    }

    private record Copy(State state, Optional<String> failure) {
        Optional<End> end() {
            return switch (state) {
                case PENDING -> Optional.empty();
                case READY -> Optional.of(End.SUCCEEDED);
                case FAILED -> Optional.of(new End(Operation.State.FAILED, failure));
                case DELETING, DELETED -> Optional.of(End.OVERTAKEN);
            };
        }
    }

    private boolean replaced(UUID vpsId, ContextStatus status) {
        long wanted = database.number("SELECT storage_layer AS n FROM vps WHERE id = ?", vpsId);
        return status.storage().filter(storage -> storage.layer() >= wanted).isPresent();
    }
}
