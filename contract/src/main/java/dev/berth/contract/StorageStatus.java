package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is on the disk of a context beside what it writes itself.
 *
 * @param layer value of the spec's {@code layer} that the private layer was made for
 * @param snapshots those that are there, and those that could not be taken
 * @param limit what the kernel holds the layer to now; empty where there is no limit, and from nodes that do not tell
 */
public record StorageStatus(long layer, List<Snapshot> snapshots, Optional<Limit> limit) {
    public StorageStatus {
        Faults faults = new Faults("storage status");
        faults.notNegative("layer", layer);
        // One plan's worth may be on its way out while another comes.
        faults.size("snapshots", snapshots, 2 * StorageSpec.MAX_SNAPSHOTS);
        Objects.requireNonNull(limit, "limit");
        faults.throwIfAny();
        snapshots = List.copyOf(snapshots);
    }

    /** From a node that does not tell its limits. */
    public StorageStatus(long layer, List<Snapshot> snapshots) {
        this(layer, snapshots, Optional.empty());
    }

    /**
     * A limit as the kernel has it, not as it was asked for.
     *
     * @param bytes of the layer; drivers that count in blocks round down
     * @param inodes files and directories; empty where they are not limited
     */
    public record Limit(long bytes, Optional<Long> inodes) {
        public Limit {
            Faults faults = new Faults("storage limit");
            faults.positive("bytes", bytes);
            Objects.requireNonNull(inodes, "inodes");
            inodes.ifPresent(count -> faults.positive("inodes", count));
            faults.throwIfAny();
        }
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
