package dev.berth.node.time;

/** The host's clocks. On Linux {@link System#nanoTime()} is {@code CLOCK_MONOTONIC}, which counts from boot. */
public final class SystemClock implements Clock {
    @Override
    public long utcMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicNanos() {
        return Math.max(0, System.nanoTime());
    }
}
