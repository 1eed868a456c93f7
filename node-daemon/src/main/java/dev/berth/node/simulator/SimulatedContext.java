package dev.berth.node.simulator;

/**
 * An invented context. While it runs its use grows with time, from {@code runSinceMillis} on top of what earlier runs left.
 *
 * @param ranMillis time it ran before the run that goes on now
 * @param runSinceMillis wall-clock start of that run, 0 while it does not run
 * @param startNanos monotonic start of that run
 */
record SimulatedContext(
        String contextId,
        boolean storage,
        boolean mounted,
        boolean files,
        boolean network,
        boolean cgroup,
        long ranMillis,
        long runSinceMillis,
        long startNanos,
        long ceilingMilli,
        long memoryBytes,
        long diskBytes,
        String hostname) {
    static SimulatedContext none(String contextId) {
        return new SimulatedContext(contextId, false, false, false, false, false, 0, 0, 0, 0, 0, 0, "");
    }

    boolean running() {
        return runSinceMillis > 0;
    }

    boolean nothingLeft() {
        return !storage && !mounted && !network && !cgroup && !running();
    }

    long ranMillisAt(long nowMillis) {
        return running() ? ranMillis + Math.max(0, nowMillis - runSinceMillis) : ranMillis;
    }

    SimulatedContext withStorage(boolean there, long bytes) {
        return new SimulatedContext(
                contextId,
                there,
                mounted,
                files,
                network,
                cgroup,
                ranMillis,
                runSinceMillis,
                startNanos,
                ceilingMilli,
                memoryBytes,
                bytes,
                hostname);
    }

    SimulatedContext withMounted(boolean there) {
        return new SimulatedContext(
                contextId,
                storage,
                there,
                files,
                network,
                cgroup,
                ranMillis,
                runSinceMillis,
                startNanos,
                ceilingMilli,
                memoryBytes,
                diskBytes,
                hostname);
    }

    SimulatedContext withFiles(String name) {
        return new SimulatedContext(
                contextId,
                storage,
                mounted,
                true,
                network,
                cgroup,
                ranMillis,
                runSinceMillis,
                startNanos,
                ceilingMilli,
                memoryBytes,
                diskBytes,
                name);
    }

    SimulatedContext withNetwork(boolean there) {
        return new SimulatedContext(
                contextId,
                storage,
                mounted,
                files,
                there,
                cgroup,
                ranMillis,
                runSinceMillis,
                startNanos,
                ceilingMilli,
                memoryBytes,
                diskBytes,
                hostname);
    }

    SimulatedContext withCgroup(boolean there, long ceiling, long memory) {
        return new SimulatedContext(
                contextId,
                storage,
                mounted,
                files,
                network,
                there,
                there ? ranMillis : 0,
                runSinceMillis,
                startNanos,
                cgroup && there ? ceilingMilli : ceiling,
                memory,
                diskBytes,
                hostname);
    }

    SimulatedContext started(long nowMillis, long nowNanos) {
        return new SimulatedContext(
                contextId,
                storage,
                mounted,
                files,
                network,
                cgroup,
                ranMillis,
                nowMillis,
                nowNanos,
                ceilingMilli,
                memoryBytes,
                diskBytes,
                hostname);
    }

    SimulatedContext stopped(long nowMillis) {
        return new SimulatedContext(
                contextId,
                storage,
                mounted,
                files,
                network,
                cgroup,
                ranMillisAt(nowMillis),
                0,
                0,
                ceilingMilli,
                memoryBytes,
                diskBytes,
                hostname);
    }
}
