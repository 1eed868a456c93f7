package dev.berth.node.kernel;

/**
 * CPU quota per period as the kernel wants it (Documentation/scheduler/sched-bwc.rst): the quota is at least 1 ms and the
 * period at most 1 s, so small shares use the long period.
 */
record Bandwidth(long quotaMicros, long periodMicros) {
    private static final long ORDINARY_PERIOD = 100_000;
    private static final long LONGEST_PERIOD = 1_000_000;
    private static final long SMALLEST_QUOTA = 1_000;

    static Bandwidth ofMilli(long quotaMilli) {
        if (quotaMilli <= 0) {
            throw new IllegalArgumentException("quotaMilli %d is not positive".formatted(quotaMilli));
        }
        long period = quotaMilli * ORDINARY_PERIOD / 1000 < SMALLEST_QUOTA ? LONGEST_PERIOD : ORDINARY_PERIOD;
        return new Bandwidth(Math.max(SMALLEST_QUOTA, quotaMilli * period / 1000), period);
    }
}
