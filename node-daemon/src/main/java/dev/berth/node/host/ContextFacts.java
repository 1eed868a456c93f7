package dev.berth.node.host;

import java.util.Optional;

/**
 * What exists of a context on the host.
 *
 * @param storage its private layer exists
 * @param mounted its root file system is mounted
 * @param network its nft elements or counters or veth exist
 * @param cgroup its outer cgroup exists
 * @param running its init runs
 * @param initStartNanos monotonic start time of its init since boot, 0 when it does not run
 * @param frozen its processes are held where they are
 * @param layer its private layer and snapshots; empty while there is no layer
 * @param rescue digest of the image that its rescue system is made from; empty while it has none
 */
public record ContextFacts(
        String contextId,
        boolean storage,
        boolean mounted,
        boolean network,
        boolean cgroup,
        boolean running,
        long initStartNanos,
        boolean frozen,
        Optional<StoredLayer> layer,
        Optional<String> rescue) {

    public static ContextFacts none(String contextId) {
        return new ContextFacts(
                contextId, false, false, false, false, false, 0, false, Optional.empty(), Optional.empty());
    }

    /** Whether anything at all is left. */
    public boolean nothingLeft() {
        return !storage && !mounted && !network && !cgroup && !running;
    }
}
