package dev.berth.units;

import java.util.Objects;
import java.util.UUID;

/** Id of a node. */
public record NodeId(UUID value) implements Comparable<NodeId> {
    public NodeId {
        Objects.requireNonNull(value, "value");
    }

    public static NodeId of(String text) {
        return new NodeId(UUID.fromString(text));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
