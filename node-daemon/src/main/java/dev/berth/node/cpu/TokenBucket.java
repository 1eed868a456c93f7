package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;

/**
 * The token bucket of VServer's scheduler. One token is one CPU-millisecond. It is kept in CPU-nanoseconds, in which a fill
 * of thousandths of a CPU over microseconds is a whole number: nothing is ever rounded, so nothing is lost or won.
 *
 * <p>A bucket that runs low is slowed down in good time, so that it is empty without much debt. What debt there is, is carried:
 * the use of a long time is never more than what was filled. It is held from the moment it is empty until it has {@link
 * #minTokens} again (VServer's hold queue), and while it is held, what it was given too much or too little is evened out.
 *
 * <p>Behind it may stand a reserve: what would make it go into debt is drawn from there, to the microsecond, as long as there is some. What
 * it is in debt already stays its own, and while it is held nothing is drawn.
 *
 * @param fillMilli R, thousandths of a CPU
 * @param ceilingMilli what may be used while it is not held
 * @param minTokens M, which it needs to be let go
 * @param maxTokens S, at which it is full
 * @param balanceNanos CPU-nanoseconds in it, negative when in debt
 * @param held whether it gets no more than R
 * @param reserveMicros CPU-microseconds that can be drawn
 */
public record TokenBucket(
        long fillMilli,
        long ceilingMilli,
        long minTokens,
        long maxTokens,
        long balanceNanos,
        boolean held,
        long reserveMicros) {
    /** Over how long a time the last tokens are given out: longer than it takes to look again, even when that is late. */
    static final long HORIZON_MILLIS = 300;

    /** Over how long a time a held bucket's error is evened out. */
    static final long EVEN_MILLIS = 10_000;

    private static final long NANOS_OF_TOKEN = 1_000_000;
    private static final long LAUNCH_SECONDS = 60;

    /** A debt may cost this part of the baseline at most: the baseline is a promise. */
    private static final long LEAST_PART = 100;

    /** What the kernel gave too little may be added in this part of the baseline at most. */
    private static final long MOST_PART = 10;

    /** More tokens than this would not fit: 285 CPU-years. */
    private static final long MOST_TOKENS = Long.MAX_VALUE / NANOS_OF_TOKEN;

    public TokenBucket {
        if (fillMilli <= 0 || ceilingMilli < fillMilli || maxTokens <= 0 || minTokens <= 0 || reserveMicros < 0) {
            throw new IllegalArgumentException(
                    "no bucket fills with %d up to %d of %d tokens, is let go at %d and has %d µs behind it"
                            .formatted(fillMilli, ceilingMilli, maxTokens, minTokens, reserveMicros));
        }
        maxTokens = Math.min(maxTokens, MOST_TOKENS);
        minTokens = Math.min(minTokens, maxTokens);
        balanceNanos = Math.min(balanceNanos, maxTokens * NANOS_OF_TOKEN);
    }

    /** A bucket with nothing behind it. */
    public TokenBucket(
            long fillMilli, long ceilingMilli, long minTokens, long maxTokens, long balanceNanos, boolean held) {
        this(fillMilli, ceilingMilli, minTokens, maxTokens, balanceNanos, held, 0);
    }

    /** The bucket of a new context: a minute at its ceiling, so that it boots at full speed. Given once. */
    public static TokenBucket launched(Limits limits) {
        long launch = Math.min(saturated(limits.cpuCeilingMilli(), LAUNCH_SECONDS), limits.cpuBankMillis());
        return of(limits, saturated(launch, NANOS_OF_TOKEN), false);
    }

    /** A bucket with a balance from before, under perhaps other limits. A smaller bank takes what does not fit. */
    public static TokenBucket of(Limits limits, long balanceNanos, boolean held) {
        long usual = Math.max(1, Math.min(limits.cpuCeilingMilli(), limits.cpuBankMillis() / 2));
        return new TokenBucket(
                limits.cpuBaselineMilli(),
                limits.cpuCeilingMilli(),
                limits.cpu().flatMap(Cpu::tokensMinMillis).orElse(usual),
                limits.cpuBankMillis(),
                balanceNanos,
                held);
    }

    /** The same with another reserve behind it. */
    public TokenBucket withReserve(long micros) {
        return new TokenBucket(fillMilli, ceilingMilli, minTokens, maxTokens, balanceNanos, held, micros);
    }

    public long tokens() {
        return Math.floorDiv(balanceNanos, NANOS_OF_TOKEN);
    }

    /** CPU-microseconds it may use in a second, from now until it is looked at again. */
    public long microsPerSecond() {
        long fill = saturated(fillMilli, 1_000);
        if (held) {
            long evened = Math.clamp(balanceNanos / EVEN_MILLIS, -(fill / LEAST_PART), fill / MOST_PART);
            return fill + evened;
        }
        long lasting = saturatedSum(fill, Math.max(0, spareNanos()) / HORIZON_MILLIS);
        return Math.min(saturated(ceilingMilli, 1_000), lasting);
    }

    /** After some time in which some CPU time was used. */
    public TokenBucket after(long elapsedMicros, long usedMicros) {
        if (elapsedMicros < 0 || usedMicros < 0) {
            throw new IllegalArgumentException(
                    "%d µs elapsed and %d µs used: neither can be negative".formatted(elapsedMicros, usedMicros));
        }
        long filled = saturatedSum(balanceNanos, saturated(fillMilli, elapsedMicros));
        long balance = saturatedSum(filled, -saturated(usedMicros, 1_000));
        long beyond = saturatedSum(saturated(usedMicros, 1_000), -saturated(fillMilli, elapsedMicros));
        long drawn = held ? 0 : drawn(Math.min(-Math.min(0, balance), beyond));
        TokenBucket next = new TokenBucket(
                fillMilli, ceilingMilli, minTokens, maxTokens, balance + drawn * 1_000, held, reserveMicros - drawn);
        return next.switched();
    }

    /** Whole microseconds of what is lacking; the rest of the last one is a debt. */
    private long drawn(long lackingNanos) {
        return Math.clamp(lackingNanos / 1_000, 0, reserveMicros);
    }

    /** Whether it is drawn from the reserve soon, at the fastest use there can be. */
    public boolean nearReserve(long withinMillis) {
        return reserveMicros > 0 && !held && tokens() <= saturated(ceilingMilli, withinMillis) / 1_000;
    }

    /** Whether its rate may change within a time, at the fastest use there can be. */
    public boolean nearSwitch(long withinMillis) {
        return held
                ? minTokens - spareTokens() <= saturated(fillMilli, withinMillis) / 1_000
                : spareTokens() <= saturated(ceilingMilli, withinMillis + HORIZON_MILLIS) / 1_000;
    }

    private TokenBucket switched() {
        boolean nowHeld = held ? spareTokens() < minTokens : empty();
        return new TokenBucket(fillMilli, ceilingMilli, minTokens, maxTokens, balanceNanos, nowHeld, reserveMicros);
    }

    /** What is left gives less than a hundredth more than the baseline. */
    private boolean empty() {
        return spareNanos() / HORIZON_MILLIS <= saturated(fillMilli, 1_000) / LEAST_PART && spareTokens() < minTokens;
    }

    /** What may be used beyond the fill. The reserve pays no debt that was there before. */
    private long spareNanos() {
        return reserveMicros == 0
                ? balanceNanos
                : saturatedSum(Math.max(0, balanceNanos), saturated(reserveMicros, 1_000));
    }

    private long spareTokens() {
        return Math.floorDiv(spareNanos(), NANOS_OF_TOKEN);
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
