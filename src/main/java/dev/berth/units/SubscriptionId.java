package dev.berth.units;

import java.util.Objects;
import java.util.UUID;

/** Id of a subscription: who had a VPS on which plan, and when. */
public record SubscriptionId(UUID value) implements Comparable<SubscriptionId> {
    public SubscriptionId {
        Objects.requireNonNull(value, "value");
    }

    public static SubscriptionId of(String text) {
        return new SubscriptionId(UUID.fromString(text));
    }

    @Override
    public int compareTo(SubscriptionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
