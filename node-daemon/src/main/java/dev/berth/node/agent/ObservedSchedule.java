package dev.berth.node.agent;

import dev.berth.node.time.Clock;

/**
 * When the portal must hear from this node even without news: a sign of life every ten seconds, with it what runs and how much it
 * uses, and everything once a minute. On a node with many contexts the latter two come less often, so that they cost as much as on
 * one with few.
 */
final class ObservedSchedule {
    static final long BEAT_MILLIS = 10_000;
    static final long FULL_MILLIS = 60_000;

    /** Between two times that what runs is told, for each context. */
    static final long SAMPLE_MILLIS_EACH = 120;

    /** Between two times that everything is told, for each context. */
    static final long FULL_MILLIS_EACH = 300;

    private static final long NANOS_OF_MILLI = 1_000_000;

    /** What has become due. */
    enum Due {
        NOTHING,
        BEAT,
        SAMPLES,
        FULL
    }

    private final Clock clock;
    private long nextBeatMillis;
    private long nextSamplesMillis;
    private long nextFullMillis;

    ObservedSchedule(Clock clock) {
        this.clock = clock;
        this.nextBeatMillis = now();
        this.nextSamplesMillis = now();
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
        if (now < nextBeatMillis) {
            return Due.NOTHING;
        }
        return now >= nextSamplesMillis ? Due.SAMPLES : Due.BEAT;
    }

    /**
     * Told: what was due is due again after its time.
     *
     * @param contexts how many there are
     */
    void told(Due due, int contexts) {
        long now = now();
        switch (due) {
            case NOTHING -> {}
            case BEAT -> nextBeatMillis = now + BEAT_MILLIS;
            case SAMPLES -> {
                nextBeatMillis = now + BEAT_MILLIS;
                nextSamplesMillis = now + Math.max(BEAT_MILLIS, contexts * SAMPLE_MILLIS_EACH);
            }
            case FULL -> {
                nextBeatMillis = now + BEAT_MILLIS;
                nextSamplesMillis = now + Math.max(BEAT_MILLIS, contexts * SAMPLE_MILLIS_EACH);
                nextFullMillis = now + Math.max(FULL_MILLIS, contexts * FULL_MILLIS_EACH);
            }
        }
    }

    private long now() {
        return clock.monotonicNanos() / NANOS_OF_MILLI;
    }
}
