package dev.berth.node.host;

import java.util.List;
import java.util.Set;

/**
 * @param deviations what was not as it should be, in sentences
 * @param damaged contexts whose network has to be ensured again
 */
public record NetworkFindings(List<String> deviations, Set<String> damaged) {
    public static final NetworkFindings NOTHING = new NetworkFindings(List.of(), Set.of());

    public NetworkFindings {
        deviations = List.copyOf(deviations);
        damaged = Set.copyOf(damaged);
    }
}
