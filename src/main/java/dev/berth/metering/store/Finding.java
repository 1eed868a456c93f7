package dev.berth.metering.store;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something odd about a node's readings.
 *
 * @param times how often it was seen since it was first
 * @param resolution why it is no longer open
 */
public record Finding(
        UUID id,
        UUID nodeId,
        Kind kind,
        Instant firstSeenAt,
        Instant lastSeenAt,
        long times,
        String detail,
        Optional<Instant> resolvedAt,
        Optional<String> resolution) {
    static final String COLUMNS =
            "id, node_id, kind, first_seen_at, last_seen_at, times, detail, resolved_at, resolution";

    /**
     * CLOCK_AHEAD: a batch waits on its node because its time is yet to come. CLOCK_JUMP: somebody set the node's clock.
     * LATE_READINGS: they came for bills that are closed, and no later ones correct those.
     */
    public enum Kind {
        CLOCK_AHEAD,
        CLOCK_JUMP,
        LATE_READINGS
    }

    static Finding of(Row row) {
        return new Finding(
                row.uuid("id"),
                row.uuid("node_id"),
                row.constant("kind", Kind.class),
                row.instant("first_seen_at"),
                row.instant("last_seen_at"),
                row.number("times"),
                row.text("detail"),
                row.optionalInstant("resolved_at"),
                row.optionalText("resolution"));
    }
}
