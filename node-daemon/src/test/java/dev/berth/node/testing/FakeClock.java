package dev.berth.node.testing;

import dev.berth.node.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. */
public final class FakeClock implements Clock {
    private final AtomicLong utcMillis = new AtomicLong(1_764_000_000_000L);
    private final AtomicLong monotonicNanos = new AtomicLong(1_000_000_000_000L);

    @Override
    public long utcMillis() {
        return utcMillis.get();
    }

    @Override
    public long monotonicNanos() {
        return monotonicNanos.get();
    }

    public void pass(long millis) {
        utcMillis.addAndGet(millis);
        monotonicNanos.addAndGet(millis * 1_000_000);
    }

    public void setUtcMillis(long millis) {
        utcMillis.set(millis);
    }
}
