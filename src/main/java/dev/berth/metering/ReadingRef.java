package dev.berth.metering;

import dev.berth.units.NodeId;

/** Where a reading stands: a node's journal and the sequence number in it. */
public record ReadingRef(NodeId node, long seq) {
    public ReadingRef {
        if (seq <= 0) {
            throw new IllegalArgumentException("sequence number %d is not positive".formatted(seq));
        }
    }

    @Override
    public String toString() {
        return node + "#" + seq;
    }
}
