package dev.berth.node.simulator;

import dev.berth.node.host.StoredLayer;
import java.util.Optional;

/**
 * An invented context. While it runs its use grows with time, from {@code run.sinceMillis} on top of what earlier runs left.
 *
 * @param parts what exists of it
 * @param run how long it has run
 * @param size what its plan gives it
 * @param layer its layer and snapshots, as a real host would find them
 * @param rescue image of its rescue system
 */
record SimulatedContext(
        String contextId,
        Parts parts,
        Run run,
        Size size,
        String hostname,
        Optional<StoredLayer> layer,
        Optional<String> rescue) {

    /** What exists of a context. */
    record Parts(boolean storage, boolean mounted, boolean files, boolean network, boolean cgroup) {
        static final Parts NONE = new Parts(false, false, false, false, false);

        private boolean none() {
            return !storage && !mounted && !network && !cgroup;
        }
    }

    /**
     * @param ranMillis time it ran before the run that goes on now
     * @param sinceMillis wall-clock start of that run, 0 while it does not run
     * @param startNanos monotonic start of that run
     * @param frozen whether it is held; what it uses grows all the same
     */
    record Run(long ranMillis, long sinceMillis, long startNanos, boolean frozen) {
        static final Run NEVER = new Run(0, 0, 0, false);
    }

    record Size(long ceilingMilli, long memoryBytes, long diskBytes) {
        static final Size NONE = new Size(0, 0, 0);
    }

    static SimulatedContext none(String contextId) {
        return new SimulatedContext(
                contextId, Parts.NONE, Run.NEVER, Size.NONE, "", Optional.empty(), Optional.empty());
    }

    boolean running() {
        return run.sinceMillis() > 0;
    }

    boolean nothingLeft() {
        return parts.none() && !running();
    }

    long ranMillisAt(long nowMillis) {
        return running() ? run.ranMillis() + Math.max(0, nowMillis - run.sinceMillis()) : run.ranMillis();
    }

    SimulatedContext withStorage(boolean there, long bytes) {
        Size changed = new Size(size.ceilingMilli(), size.memoryBytes(), bytes);
        return with(new Parts(there, parts.mounted(), parts.files(), parts.network(), parts.cgroup()))
                .with(changed);
    }

    SimulatedContext withMounted(boolean there) {
        return with(new Parts(parts.storage(), there, parts.files(), parts.network(), parts.cgroup()));
    }

    SimulatedContext withFiles(String name) {
        Parts changed = new Parts(parts.storage(), parts.mounted(), true, parts.network(), parts.cgroup());
        return new SimulatedContext(contextId, changed, run, size, name, layer, rescue);
    }

    SimulatedContext withNetwork(boolean there) {
        return with(new Parts(parts.storage(), parts.mounted(), parts.files(), there, parts.cgroup()));
    }

    SimulatedContext withCgroup(boolean there, long ceiling, long memory) {
        Size changed = new Size(parts.cgroup() && there ? size.ceilingMilli() : ceiling, memory, size.diskBytes());
        return with(new Parts(parts.storage(), parts.mounted(), parts.files(), parts.network(), there))
                .with(changed)
                .with(new Run(there ? run.ranMillis() : 0, run.sinceMillis(), run.startNanos(), run.frozen()));
    }

    SimulatedContext withLayer(Optional<StoredLayer> changed) {
        return new SimulatedContext(contextId, parts, run, size, hostname, changed, rescue);
    }

    SimulatedContext withRescue(Optional<String> changed) {
        return new SimulatedContext(contextId, parts, run, size, hostname, layer, changed);
    }

    SimulatedContext started(long nowMillis, long nowNanos) {
        return with(new Run(run.ranMillis(), nowMillis, nowNanos, false));
    }

    SimulatedContext stopped(long nowMillis) {
        return with(new Run(ranMillisAt(nowMillis), 0, 0, false));
    }

    SimulatedContext withFrozen(boolean frozen) {
        return with(new Run(run.ranMillis(), run.sinceMillis(), run.startNanos(), frozen));
    }

    private SimulatedContext with(Parts changed) {
        return new SimulatedContext(contextId, changed, run, size, hostname, layer, rescue);
    }

    private SimulatedContext with(Run changed) {
        return new SimulatedContext(contextId, parts, changed, size, hostname, layer, rescue);
    }

    private SimulatedContext with(Size changed) {
        return new SimulatedContext(contextId, parts, run, changed, hostname, layer, rescue);
    }
}
