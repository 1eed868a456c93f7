package dev.berth.vps;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A change of a VPS, durable from the moment it was accepted.
 *
 * @param generation of the VPS that carries it
 * @param cause who or which rule
 * @param failure why it did not come to its end, or not yet: a sentence for customers, the node's own words for staff
 * @param steps as the node's durable log has them
 * @param deadlineAt when staff's attention is asked for
 * @param traceId of the request that asked for it, as it is in the logs
 */
public record Operation(
        UUID id,
        UUID vpsId,
        Kind kind,
        State state,
        long generation,
        String cause,
        Optional<String> reason,
        Optional<String> failure,
        List<Step> steps,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Instant deadlineAt,
        Optional<String> traceId) {
    static final String SELECT = "SELECT o.id, o.vps_id, o.kind, o.state, o.generation, o.cause, o.reason, o.failure,"
            + " o.created_at, o.started_at, o.finished_at, o.deadline_at, o.trace_id FROM operation o WHERE ";

    public Operation {
        steps = List.copyOf(steps);
    }

    public enum Kind {
        CREATE,
        START,
        STOP,
        RESTART,
        DELETE,
        SUSPEND,
        RESUME,
        /** Host name or keys. */
        CHANGE,
        PASSWORD_RESET,
        TAKE_SNAPSHOT,
        DELETE_SNAPSHOT,
        /** The disk is put back to what a snapshot holds. */
        RESTORE,
        /** The disk is begun anew from an image. */
        REINSTALL,
        /** It is started from another image, with its own root file system below /mnt. */
        RESCUE,
        LEAVE_RESCUE,
        ADD_ADDRESS,
        REMOVE_ADDRESS,
        /** Its limits become those of another plan. */
        CHANGE_PLAN,
        /** It gets a share of its limits, for a time. */
        LIMIT,
        /** It gets all of its limits again. */
        UNLIMIT,
        /** It has more or less beside its plan. */
        CHANGE_ADD_ONS,
        /** It goes to another node. */
        MIGRATE;

        /** Whether what is on the disk says that it is done. */
        boolean ofDisk() {
            return this == TAKE_SNAPSHOT || this == DELETE_SNAPSHOT || this == RESTORE || this == REINSTALL;
        }
    }

    public enum State {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        NEEDS_ATTENTION,
        CANCELLED
    }

    public enum StepState {
        RUNNING,
        DONE,
        FAILED
    }

    /** @param tookMicros empty while it runs */
    public record Step(String name, StepState state, Instant startedAt, Optional<Long> tookMicros) {}

    /** Whether nothing more will happen to it. */
    @JsonIgnore
    public boolean ended() {
        return finishedAt.isPresent();
    }

    /** Where it can be read. */
    @JsonIgnore
    public String path() {
        return "/api/v1/operations/" + id;
    }

    static Operation of(Row row, List<Step> steps) {
        return new Operation(
                row.uuid("id"),
                row.uuid("vps_id"),
                row.constant("kind", Kind.class),
                row.constant("state", State.class),
                row.number("generation"),
                row.text("cause"),
                row.optionalText("reason"),
                row.optionalText("failure"),
                steps,
                row.instant("created_at"),
                row.optionalInstant("started_at"),
                row.optionalInstant("finished_at"),
                row.instant("deadline_at"),
                row.optionalText("trace_id"));
    }

    /** Without the node's own words. */
    Operation inPlainWords() {
        return new Operation(
                id,
                vpsId,
                kind,
                state,
                generation,
                cause,
                reason,
                failure.map(raw -> PlainWords.of(this, raw)),
                steps,
                createdAt,
                startedAt,
                finishedAt,
                deadlineAt,
                traceId);
    }
}
