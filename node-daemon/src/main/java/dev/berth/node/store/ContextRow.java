package dev.berth.node.store;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed.Cause;
import java.util.List;
import java.util.Optional;

/**
 * A context as the store has it.
 *
 * @param spec the newest one received; its generation is the highest ever seen
 * @param baseId first id of its range, empty until it is given one and after it is gone
 * @param appliedSpec the newest spec applied in full
 * @param restartsDone the {@code restarts} that the last start took care of
 * @param startNo how often it was started here
 * @param startedAddresses those it was last started with
 * @param failure why work on it stopped, empty while it can go on
 * @param cause the kind of that failure, where it is known
 * @param known whether the portal's last full list had it
 * @param gone whether it was verified that nothing of it is left
 */
public record ContextRow(
        ContextSpec spec,
        Optional<Long> baseId,
        Optional<ContextSpec> appliedSpec,
        long restartsDone,
        long startNo,
        List<String> startedAddresses,
        Optional<String> failure,
        Optional<Cause> cause,
        boolean known,
        boolean gone) {
    public String contextId() {
        return spec.contextId();
    }

    public long appliedGeneration() {
        return appliedSpec.map(ContextSpec::generation).orElse(0L);
    }
}
