package dev.berth.invoice;

import dev.berth.units.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * How far readings are looked at when a bill is computed: what was known then.
 *
 * @param known number of the last reading of a VPS on a node; what is not named is looked at without a limit
 */
record Horizon(Map<Place, Long> known) {
    /** Whatever has come. */
    static final Horizon NOW = new Horizon(Map.of());

    Horizon {
        known = Map.copyOf(known);
    }

    /** A VPS on a node. */
    record Place(UUID vps, NodeId node) {}

    /**
     * How far was looked.
     *
     * @param seq the newest reading; 0 where there was none
     * @param complete whether readings have passed the end, so that none that comes later changes anything
     */
    record Seen(long seq, boolean complete) {
        Seen with(Seen other) {
            return new Seen(Math.max(seq, other.seq), complete && other.complete);
        }
    }

    long of(UUID vps, NodeId node) {
        return known.getOrDefault(new Place(vps, node), Long.MAX_VALUE);
    }

    /** As far as another one at these places, where that one has an end. */
    Horizon as(Horizon other, Set<Place> places) {
        Map<Place, Long> all = new HashMap<>(known);
        other.known().forEach((place, seq) -> {
            if (places.contains(place)) {
                all.put(place, seq);
            }
        });
        return new Horizon(all);
    }
}
