package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Signals;
import dev.berth.platform.Traces;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Operation.Step;
import dev.berth.vps.Operation.StepState;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Operations: made with a change, ended by the node's report, handed to staff at their deadline. */
@ApplicationScoped
public class OperationService {
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final int LISTED = 200;

    private final Database database;
    private final Tenancy tenancy;
    private final Signals signals;
    private final InstantSource clock;
    private final Duration deadline;

    OperationService(
            Database database,
            Tenancy tenancy,
            Signals signals,
            InstantSource clock,
            @ConfigProperty(name = "berth.operation.deadline") Duration deadline) {
        this.database = database;
        this.tenancy = tenancy;
        this.signals = signals;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** A change of a VPS and why it is made. */
    public record Change(UUID vpsId, Kind kind, long generation, Optional<String> reason) {}

    /** Stores an operation in the transaction of its change. */
    public Operation begin(Caller caller, Change change) {
        UUID id = Ids.next(clock);
        Instant now = clock.instant();
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, reason, created_at, deadline_at,"
                        + " trace_id) VALUES (?, ?, ?, 'PENDING', ?, ?, ?, ?, ?, ?)",
                id,
                change.vpsId(),
                change.kind(),
                change.generation(),
                caller.subject(),
                change.reason(),
                now,
                now.plus(deadline),
                Traces.current());
        return byId(id);
    }

    private Operation byId(UUID id) {
        return database.one(Operation.SELECT + "o.id = ?", this::withSteps, id)
                .orElseThrow(() -> Problem.notFound("operation"));
    }

    /** The operation, for whoever may see its VPS. */
    public Operation get(Caller caller, UUID id) {
        requireSee(caller, id);
        return worded(caller, byId(id));
    }

    private void requireSee(Caller caller, UUID id) {
        UUID account = database.one(
                        "SELECT v.account_id FROM operation o JOIN vps v ON v.id = o.vps_id WHERE o.id = ?",
                        row -> row.uuid("account_id"),
                        id)
                .orElseThrow(() -> Problem.notFound("operation"));
        tenancy.requireSee(caller, account, "operation");
    }

    /** The operation as soon as it has ended, or as it is after {@code wait}. */
    public Operation await(Caller caller, UUID id, Duration wait) throws InterruptedException {
        Operation operation = get(caller, id);
        long end = Signals.deadlineNanos(wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
        try (Signals.Watch watch = signals.watch(new OperationTopic(operation.vpsId()))) {
            operation = byId(id);
            while (!operation.ended()) {
                Duration nap = Signals.nap(end);
                if (nap.isZero()) {
                    break;
                }
                watch.await(nap);
                operation = byId(id);
            }
            return worded(caller, operation);
        }
    }

    private static Operation worded(Caller caller, Operation operation) {
        return caller.staff() ? operation : operation.inPlainWords();
    }

    /** Newest first, for a caller who has been checked. */
    List<Operation> ofVps(Caller caller, UUID vpsId) {
        return database
                .list(
                        Operation.SELECT + "o.vps_id = ? ORDER BY o.generation DESC LIMIT " + LISTED,
                        this::withSteps,
                        vpsId)
                .stream()
                .map(operation -> worded(caller, operation))
                .toList();
    }

    /** Staff: what needs somebody, oldest first. */
    public List<Operation> needingAttention(Caller caller) {
        Tenancy.requireStaff(caller);
        return database.list(
                Operation.SELECT + "o.state = 'NEEDS_ATTENTION' ORDER BY o.created_at LIMIT " + LISTED,
                this::withSteps);
    }

    private Operation withSteps(Row row) {
        return Operation.of(row, steps(row.uuid("id")));
    }

    private List<Step> steps(UUID operationId) {
        return database.list(
                "SELECT name, state, started_at, took_micros FROM operation_step WHERE operation_id = ? ORDER BY position",
                row -> new Step(
                        row.text("name"),
                        row.constant("state", StepState.class),
                        row.instant("started_at"),
                        row.optionalNumber("took_micros")),
                operationId);
    }

    /** What takes longer than it may is shown to staff; it can still succeed. */
    @RunOnVirtualThread
    @Scheduled(every = "10s", identity = "operation-deadlines")
    void overdue() {
        database.update(
                "UPDATE operation SET state = 'NEEDS_ATTENTION',"
                        + " failure = COALESCE(failure, ?) WHERE state IN ('PENDING', 'RUNNING') AND deadline_at < ?",
                PlainWords.LATE,
                clock.instant());
    }
}
