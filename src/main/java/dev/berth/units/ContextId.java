package dev.berth.units;

import java.util.Objects;
import java.util.UUID;

/** Id of a context, which is also that of its VPS. */
public record ContextId(UUID value) implements Comparable<ContextId> {
    public ContextId {
        Objects.requireNonNull(value, "value");
    }

    public static ContextId of(String text) {
        return new ContextId(UUID.fromString(text));
    }

    @Override
    public int compareTo(ContextId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
