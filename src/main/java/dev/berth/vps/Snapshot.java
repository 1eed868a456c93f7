package dev.berth.vps;

import dev.berth.platform.Row;
import dev.berth.vps.Vps.ImageRef;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A copy of a VPS' disk, kept on its node.
 *
 * @param image over which it was taken; restoring it brings this image back, too
 * @param createdBy who asked for it
 * @param takenAt when its node said first that it is there
 * @param sizeBytes what it takes up as the kernel accounts it; empty until it is there
 * @param failure why it could not be taken: a sentence for customers, the node's own words for staff
 * @param operationId with which it was asked for
 */
public record Snapshot(
        UUID id,
        UUID vpsId,
        String name,
        State state,
        ImageRef image,
        String createdBy,
        Instant createdAt,
        Optional<Instant> takenAt,
        Optional<Long> sizeBytes,
        Optional<String> failure,
        UUID operationId) {
    static final String SELECT =
            "SELECT s.id, s.vps_id, s.name, s.state, s.image_id, i.name AS image_name, i.distribution,"
                    + " i.release_name, i.end_of_life, s.created_by, s.created_at, s.taken_at, s.size_bytes, s.failure, s.operation_id"
                    + " FROM vps_snapshot s JOIN image i ON i.id = s.image_id WHERE ";

    public enum State {
        PENDING,
        READY,
        FAILED,
        DELETING,
        DELETED
    }

    static Snapshot of(Row row) {
        return new Snapshot(
                row.uuid("id"),
                row.uuid("vps_id"),
                row.text("name"),
                row.constant("state", State.class),
                ImageRef.of(row),
                row.text("created_by"),
                row.instant("created_at"),
                row.optionalInstant("taken_at"),
                row.optionalNumber("size_bytes"),
                row.optionalText("failure"),
                row.uuid("operation_id"));
    }

    /** Without the node's own words. */
    Snapshot inPlainWords() {
        return new Snapshot(
                id,
                vpsId,
                name,
                state,
                image,
                createdBy,
                createdAt,
                takenAt,
                sizeBytes,
                failure.map(PlainWords::ofCopy),
                operationId);
    }
}
