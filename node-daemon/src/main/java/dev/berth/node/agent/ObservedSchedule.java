package dev.berth.node.agent;

import dev.berth.node.time.Clock;

/** When the portal must hear from this node even without news: every ten seconds, and everything once a minute. */
final class ObservedSchedule {
    static final long BEAT_MILLIS = 10_000;
    static final long FULL_MILLIS = 60_000;
    private static final long NANOS_OF_MILLI = 1_000_000;

    /** What has become due. */
    enum Due {
        NOTHING,
        BEAT,
        FULL
    }

    private final Clock clock;
    private long nextBeatMillis;
    private long nextFullMillis;

    ObservedSchedule(Clock clock) {
        this.clock = clock;
        this.nextBeatMillis = now();
        this.nextFullMillis = now();
    }

    long millisToNext() {
        return Math.max(0, Math.min(nextBeatMillis, nextFullMillis) - now());
    }

    Due due() {
        long now = now();
        if (now >= nextFullMillis) {
            return Due.FULL;
        }
        return now >= nextBeatMillis ? Due.BEAT : Due.NOTHING;
    }

    /** Told: what was due is due again after its time. */
    void told(Due due) {
        switch (due) {
            case NOTHING -> {}
            case BEAT -> nextBeatMillis = now() + BEAT_MILLIS;
            case FULL -> {
                nextBeatMillis = now() + BEAT_MILLIS;
                nextFullMillis = now() + FULL_MILLIS;
            }
        }
    }

    private long now() {
        return clock.monotonicNanos() / NANOS_OF_MILLI;
    }
}
