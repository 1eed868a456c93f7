package dev.berth.node.plan;

import dev.berth.contract.ContextSpec;
import java.util.List;
import java.util.Optional;

/**
 * What this node has done for a context, from its store.
 *
 * @param appliedSpec the newest spec that was applied in full
 * @param restartsDone value of the spec's {@code restarts} that the last start took care of
 * @param startedAddresses those it was last started with
 * @param imagePresent whether the spec's image is unpacked on this host
 * @param rescueImagePresent whether the image of the rescue system it asks for is, too
 * @param readingOpen whether the journal has an epoch open for it
 * @param metered whether it is being metered: from its storage being made to its final reading
 * @param gone whether it was verified that nothing is left
 * @param left whether its meter ended for the way to another node, or is to begin with what it came with
 */
public record Progress(
        Optional<ContextSpec> appliedSpec,
        long restartsDone,
        List<String> startedAddresses,
        boolean imagePresent,
        boolean rescueImagePresent,
        boolean readingOpen,
        boolean metered,
        boolean gone,
        boolean left) {
    public static final Progress NONE =
            new Progress(Optional.empty(), 0, List.of(), false, false, false, false, false, false);

    public Progress {
        startedAddresses = List.copyOf(startedAddresses);
    }

    public long appliedGeneration() {
        return appliedSpec.map(ContextSpec::generation).orElse(0L);
    }
}
