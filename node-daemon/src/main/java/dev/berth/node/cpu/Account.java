package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.host.CpuRate;
import java.util.Optional;

/** One context's bucket, what it was computed from, and what the host was told. Whoever uses it holds its monitor. */
final class Account {
    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final long USUAL_INTERVAL_MILLIS = 100;

    /**
     * A rate this little off (one in so many) stays as it is: every change starts the kernel's interval anew, with a full quota
     * in hand.
     */
    private static final long HELD_PART = 300;

    private static final long BURST_PART = 8;

    private Limits limits;
    private volatile TokenBucket bucket;
    private volatile Purse purse;
    private volatile long pauseMillis;
    private long usageMicros;
    private volatile long seenNanos;
    private long savedNanos;
    private long claimedMicros;
    private long claimedNanos;
    private long usedMilli;
    private long weight;
    private Optional<CpuRate> applied = Optional.empty();

    Account(Limits limits, TokenBucket bucket, Drawn drawn, long usageMicros, long seenNanos) {
        this.limits = limits;
        this.purse = Purse.of(limits, drawn);
        this.bucket = bucket.withReserve(purse.leftMicros());
        this.pauseMillis = pauseMillis(this.bucket);
        this.usageMicros = usageMicros;
        this.seenNanos = seenNanos;
        this.claimedMicros = usageMicros;
        this.claimedNanos = seenNanos;
        this.weight = limits.cpuBaselineMilli();
    }

    /** Goes on under perhaps other limits. */
    void renewed(Limits now) {
        purse = Purse.of(now, purse.drawn());
        bucket = TokenBucket.of(now, bucket.balanceNanos(), bucket.held()).withReserve(purse.leftMicros());
        pauseMillis = pauseMillis(bucket);
        limits = now;
        if (!hasShare()) {
            weight = now.cpuBaselineMilli();
        }
    }

    /** A counter below the last one began anew: what it shows was used since. */
    void advance(long usage, long nowNanos) {
        long used = usage >= usageMicros ? usage - usageMicros : usage;
        long elapsedMicros = Math.max(0, nowNanos - seenNanos) / 1_000;
        TokenBucket before = bucket;
        bucket = before.after(elapsedMicros, used);
        purse = purse.less(before.reserveMicros() - bucket.reserveMicros());
        pauseMillis = pauseMillis(bucket);
        usageMicros = usage;
        long seen = seenNanos;
        seenNanos = seen + elapsedMicros * 1_000;
    }

    /** @param shared whether its use decides what others get */
    boolean isDue(long nowNanos, boolean shared) {
        long sinceMillis = (nowNanos - seenNanos) / NANOS_OF_MILLI + Governor.FAST_MILLIS / 2;
        return sinceMillis >= (shared ? Math.min(pauseMillis, Governor.SLOW_MILLIS) : pauseMillis);
    }

    private static long pauseMillis(TokenBucket bucket) {
        if (bucket.nearSwitch(2 * Governor.SLOW_MILLIS)) {
            return Governor.FAST_MILLIS / 2;
        }
        if (bucket.nearSwitch(2 * Governor.FAR_MILLIS) || bucket.nearReserve(2 * Governor.FAR_MILLIS)) {
            return Governor.SLOW_MILLIS;
        }
        return bucket.nearSwitch(2 * Governor.FARTHEST_MILLIS) ? Governor.FAR_MILLIS : Governor.FARTHEST_MILLIS;
    }

    CpuRate rate() {
        long interval = limits.cpu().flatMap(Cpu::intervalMillis).orElse(USUAL_INTERVAL_MILLIS);
        return new CpuRate(bucket.microsPerSecond(), interval, weight);
    }

    void applied() {
        applied = Optional.of(rate());
    }

    /** Whether the host should be told anew. */
    boolean differs() {
        CpuRate next = rate();
        return applied.map(last -> last.intervalMillis() != next.intervalMillis()
                        || isFar(last.weight(), next.weight(), HELD_PART)
                        || isFar(last.microsPerSecond(), next.microsPerSecond(), part(next)))
                .orElse(true);
    }

    /** The last step up to the ceiling is never left out, so that a full bank means full speed. */
    private long part(CpuRate next) {
        boolean full = next.microsPerSecond() == limits.cpuCeilingMilli() * 1_000;
        return bucket.held() || full ? HELD_PART : BURST_PART;
    }

    private static boolean isFar(long last, long next, long part) {
        return Math.abs(next - last) > last / part;
    }

    boolean hasShare() {
        return limits.cpu().flatMap(Cpu::idleShare).isPresent();
    }

    /** Use is taken over the time since the last claim: shorter looks see a quota's beginning or its end. */
    Shares.Claim claim() {
        long elapsedMicros = (seenNanos - claimedNanos) / 1_000;
        if (elapsedMicros > 0) {
            usedMilli = Math.max(0, usageMicros - claimedMicros) * 1_000 / elapsedMicros;
            claimedMicros = usageMicros;
            claimedNanos = seenNanos;
        }
        return new Shares.Claim(
                limits.cpuBaselineMilli(),
                limits.cpu().flatMap(Cpu::idleShare).orElse(limits.cpuBaselineMilli()),
                Math.max(1, bucket.microsPerSecond() / 1_000),
                usedMilli);
    }

    synchronized void weigh(long next) {
        weight = next;
    }

    long tokens() {
        return bucket.tokens();
    }

    boolean held() {
        return bucket.held();
    }

    boolean full() {
        return bucket.tokens() >= bucket.maxTokens();
    }

    Drawn drawn() {
        return purse.drawn();
    }

    long usageMicros() {
        return usageMicros;
    }

    long savedNanos() {
        return savedNanos;
    }

    /** What is written down now. */
    Balance balance(String bootId, Moment now) {
        savedNanos = now.monotonicNanos();
        return new Balance(
                bucket.balanceNanos(), bucket.held(), usageMicros, bootId, seenNanos, now.utcMillis(), purse.drawn());
    }
}
