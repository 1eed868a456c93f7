package dev.berth.units;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** A half-open stretch of time: {@code from} belongs to it, {@code to} does not. Never empty. */
public record Period(Instant from, Instant to) {
    public Period {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("period from %s to %s is empty".formatted(from, to));
        }
    }

    public boolean contains(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }

    public Optional<Period> intersection(Period other) {
        Instant start = from.isAfter(other.from) ? from : other.from;
        Instant end = to.isBefore(other.to) ? to : other.to;
        return start.isBefore(end) ? Optional.of(new Period(start, end)) : Optional.empty();
    }

    /** Whole seconds; each end counts from the start of its second, so that the seconds of parts sum to the whole's. */
    public long seconds() {
        return Math.subtractExact(to.getEpochSecond(), from.getEpochSecond());
    }

    @Override
    public String toString() {
        return from + "/" + to;
    }
}
