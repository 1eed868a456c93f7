package dev.berth.node.host;

import java.util.List;
import java.util.stream.Stream;

/**
 * A context's private layer and its snapshots.
 *
 * @param number value of the spec's {@code layer} it was made for
 * @param snapshots ids of those that are complete
 * @param failed ids of those that could not be taken
 */
public record StoredLayer(long number, List<String> snapshots, List<String> failed) {
    public StoredLayer {
        snapshots = List.copyOf(snapshots);
        failed = List.copyOf(failed);
    }

    public List<String> all() {
        return Stream.concat(snapshots.stream(), failed.stream()).toList();
    }

    /** Whether it need not be taken any more. */
    public boolean settled(String snapshotId) {
        return snapshots.contains(snapshotId) || failed.contains(snapshotId);
    }
}
