package dev.berth.fleet;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed;
import java.util.List;
import java.util.UUID;

/** What the owner of contexts does for the agent API. */
public interface NodeContexts {
    /** Specs of a node that changed after a revision, tombstones included, read in one snapshot with the revision. */
    Changes changedAfter(UUID nodeId, long revision);

    /** @param revision the node's, up to which these are all there are */
    record Changes(long revision, List<ContextSpec> specs) {
        public Changes {
            specs = List.copyOf(specs);
        }
    }

    /** Takes what a node says about its contexts; those of other nodes are not touched. */
    void observed(UUID nodeId, Observed observed);
}
