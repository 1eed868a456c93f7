package dev.berth.node.plan;

import dev.berth.contract.ContextSpec;
import java.util.Optional;

/**
 * What this node has done for a context, from its store.
 *
 * @param appliedSpec the newest spec that was applied in full
 * @param restartsDone value of the spec's {@code restarts} that the last start took care of
 * @param imagePresent whether the spec's image is unpacked on this host
 * @param readingOpen whether the journal has an epoch open for it
 * @param metered whether it is being metered: from its storage being made to its final reading
 * @param gone whether it was verified that nothing is left
 */
public record Progress(
        Optional<ContextSpec> appliedSpec,
        long restartsDone,
        boolean imagePresent,
        boolean readingOpen,
        boolean metered,
        boolean gone) {
    public static final Progress NONE = new Progress(Optional.empty(), 0, false, false, false, false);

    public long appliedGeneration() {
        return appliedSpec.map(ContextSpec::generation).orElse(0L);
    }
}
