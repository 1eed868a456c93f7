package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Limits;

/**
 * The token bucket of VServer's scheduler. One token is one CPU-millisecond. It is kept in CPU-nanoseconds, in which a fill
 * of thousandths of a CPU over microseconds is a whole number: nothing is ever rounded, so nothing is lost or won.
 *
 * <p>An empty bucket goes into debt, which is carried: the use of a long time is never more than what was filled. It is
 * held from the moment it is empty until it has {@link #minTokens} again (VServer's hold queue).
 *
 * @param fillMilli R, thousandths of a CPU
 * @param ceilingMilli what may be used while it is not held
 * @param maxTokens S, at which it is full
 * @param balanceNanos CPU-nanoseconds in it, negative when in debt
 * @param held whether it gets no more than R
 */
public record TokenBucket(long fillMilli, long ceilingMilli, long maxTokens, long balanceNanos, boolean held) {
    private static final long NANOS_OF_TOKEN = 1_000_000;
    private static final long LAUNCH_SECONDS = 60;

    /** More tokens than this would not fit: 285 CPU-years. */
    private static final long MOST_TOKENS = Long.MAX_VALUE / NANOS_OF_TOKEN;

    public TokenBucket {
        if (fillMilli <= 0 || ceilingMilli < fillMilli || maxTokens <= 0) {
            throw new IllegalArgumentException(
                    "no bucket fills with %d up to %d of %d tokens".formatted(fillMilli, ceilingMilli, maxTokens));
        }
        maxTokens = Math.min(maxTokens, MOST_TOKENS);
        balanceNanos = Math.min(balanceNanos, maxTokens * NANOS_OF_TOKEN);
    }

    /** The bucket of a new context: a minute at its ceiling, so that it boots at full speed. Given once. */
    public static TokenBucket launched(Limits limits) {
        long launch = Math.min(saturated(limits.cpuCeilingMilli(), LAUNCH_SECONDS), limits.cpuBankMillis());
        return of(limits, saturated(launch, NANOS_OF_TOKEN), false);
    }

    /** A bucket with a balance from before. A smaller bank takes what does not fit. */
    public static TokenBucket of(Limits limits, long balanceNanos, boolean held) {
        return new TokenBucket(
                limits.cpuBaselineMilli(), limits.cpuCeilingMilli(), limits.cpuBankMillis(), balanceNanos, held);
    }

    /** M: what a held bucket must have before it is let go. A second at the ceiling, but never more than half a bank. */
    public long minTokens() {
        return Math.max(1, Math.min(ceilingMilli, maxTokens / 2));
    }

    public long tokens() {
        return Math.floorDiv(balanceNanos, NANOS_OF_TOKEN);
    }

    /** Thousandths of a CPU it may use now. */
    public long quotaMilli() {
        return held ? fillMilli : ceilingMilli;
    }

    /** {@code cpu.weight} after R, 100 for a whole CPU, so that reservations hold when all want more. */
    public int weight() {
        return (int) Math.max(1, Math.min(10_000, fillMilli / 10));
    }

    /** After some time in which some CPU time was used. */
    public TokenBucket after(long elapsedMicros, long usedMicros) {
        if (elapsedMicros < 0 || usedMicros < 0) {
            throw new IllegalArgumentException(
                    "%d µs elapsed and %d µs used: neither can be negative".formatted(elapsedMicros, usedMicros));
        }
        long filled = saturatedSum(balanceNanos, saturated(fillMilli, elapsedMicros));
        long balance = saturatedSum(filled, -saturated(usedMicros, 1_000));
        TokenBucket next = new TokenBucket(fillMilli, ceilingMilli, maxTokens, balance, held);
        return next.switched();
    }

    /** Whether the next switch may come within a time, at the fastest use there can be. */
    public boolean nearSwitch(long withinMillis) {
        long step = saturated(held ? fillMilli : ceilingMilli, withinMillis) / 1_000;
        return held ? minTokens() - tokens() <= step : tokens() <= step;
    }

    private TokenBucket switched() {
        boolean nowHeld = held ? tokens() < minTokens() : balanceNanos <= 0;
        return new TokenBucket(fillMilli, ceilingMilli, maxTokens, balanceNanos, nowHeld);
    }

    private static long saturated(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
}
