package dev.berth.metering;

import java.time.Instant;
import java.util.Objects;

/**
 * One reading of a context's counters.
 *
 * @param at the node's wall clock when it was taken; may be wrong, may go back
 * @param counters absolute values; on a GAP the last ones known
 */
public record MeterReading(ReadingRef ref, Kind kind, Epoch epoch, Instant at, Counters counters) {
    public MeterReading {
        Objects.requireNonNull(ref, "ref");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(epoch, "epoch");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(counters, "counters");
    }

    /** CHECKPOINT begins the counters of a context that came from elsewhere: nothing before it is subtracted. */
    public enum Kind {
        OPEN,
        SAMPLE,
        CLOSE,
        GAP,
        CHECKPOINT
    }
}
