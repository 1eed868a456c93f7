package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is on the disk of a context beside what it writes itself.
 *
 * @param layer value of the spec's {@code layer} that the private layer was made for
 * @param snapshots those that are there, and those that could not be taken
 */
public record StorageStatus(long layer, List<Snapshot> snapshots) {
    public StorageStatus {
        Faults faults = new Faults("storage status");
        faults.notNegative("layer", layer);
        // One plan's worth may be on its way out while another comes.
        faults.size("snapshots", snapshots, 2 * StorageSpec.MAX_SNAPSHOTS);
        faults.throwIfAny();
        snapshots = List.copyOf(snapshots);
    }

    /**
     * @param bytes what it takes up as the kernel accounts it; 0 when it could not be taken
     * @param failure why it could not be taken, in a sentence; empty when it is there
     */
    public record Snapshot(String snapshotId, long bytes, Optional<String> failure) {
        public static final int MAX_FAILURE_CHARS = 900;

        public Snapshot {
            Faults faults = new Faults("snapshot");
            faults.uuid("snapshotId", snapshotId);
            faults.notNegative("bytes", bytes);
            Objects.requireNonNull(failure, "failure");
            failure.ifPresent(text -> faults.text("failure", text, MAX_FAILURE_CHARS));
            faults.throwIfAny();
        }
    }
}
