package dev.berth.node.time;

/** Two clocks: the wall's, for people and bills, and the monotonic one, for durations. */
public interface Clock {
    /** Milliseconds since 1970, UTC. May jump. */
    long utcMillis();

    /** Nanoseconds since the host's boot ({@code CLOCK_MONOTONIC}). Never goes back within one boot. */
    long monotonicNanos();
}
