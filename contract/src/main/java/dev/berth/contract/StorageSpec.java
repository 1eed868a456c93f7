package dev.berth.contract;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What should be on the disk of a context beside what it writes itself. A node that is told nothing of this leaves the layer and all
 * snapshots as they are.
 *
 * <p>Restoring and reinstalling are one thing, because only the last of several counts: the private layer is replaced, by the content
 * of a snapshot or by none, which is the bare image. The image of the spec must be the one the snapshot was taken over.
 *
 * <p>A snapshot that is not there yet is taken before the layer is replaced. One that could not be taken is reported as failed and
 * is not tried again, so that the context does not stay down for it.
 *
 * @param snapshots ids of the snapshots wanted; others are removed
 * @param layer counter that looks like a command: the layer is replaced when the node's is lower; several at once are one
 * @param layerFrom snapshot the newest layer begins with; empty for the bare image
 * @param layerAfter snapshot without which the layer is not replaced; empty when none was asked for
 */
public record StorageSpec(List<String> snapshots, long layer, Optional<String> layerFrom, Optional<String> layerAfter) {
    /** As many as a spec may carry; a plan allows fewer. */
    public static final int MAX_SNAPSHOTS = 32;

    /** Nothing but the context's own layer. */
    public static final StorageSpec NONE = new StorageSpec(List.of(), 0, Optional.empty(), Optional.empty());

    public StorageSpec {
        Faults faults = new Faults("storage spec");
        faults.each("snapshots", snapshots, Patterns.UUID, MAX_SNAPSHOTS);
        faults.notNegative("layer", layer);
        Objects.requireNonNull(layerFrom, "layerFrom");
        layerFrom.ifPresent(id -> faults.uuid("layerFrom", id));
        Objects.requireNonNull(layerAfter, "layerAfter");
        layerAfter.ifPresent(id -> faults.uuid("layerAfter", id));
        faults.throwIfAny();
        snapshots = List.copyOf(snapshots);
        faults.check(new HashSet<>(snapshots).size() == snapshots.size(), () -> "snapshots has an id twice");
        faults.throwIfAny();
    }
}
