package dev.berth.node.kernel;

import dev.berth.node.host.CpuRate;

/**
 * CPU quota per period as the kernel wants it (Documentation/scheduler/sched-bwc.rst): the quota is at least 1 ms and the
 * period at most 1 s, so small rates use the long period.
 */
record Bandwidth(long quotaMicros, long periodMicros) {
    private static final long LONGEST_PERIOD = 1_000_000;
    private static final long SMALLEST_QUOTA = 1_000;

    /** What the kernel takes for no limit: a quota that the host cannot exceed would only cost time at every switch. */
    static final long NO_QUOTA = -1;

    /** @param cpus of the host */
    static Bandwidth of(CpuRate rate, int cpus) {
        long wanted = rate.intervalMillis() * 1_000;
        if (rate.microsPerSecond() >= cpus * LONGEST_PERIOD) {
            return new Bandwidth(NO_QUOTA, wanted);
        }
        long period = rate.microsPerSecond() * wanted / LONGEST_PERIOD < SMALLEST_QUOTA ? LONGEST_PERIOD : wanted;
        return new Bandwidth(Math.max(SMALLEST_QUOTA, rate.microsPerSecond() * period / LONGEST_PERIOD), period);
    }
}
