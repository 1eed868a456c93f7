package dev.berth.node.daemon;

import dev.berth.node.meter.Meters;
import dev.berth.node.store.DesiredStore;
import dev.berth.node.time.Clock;
import java.util.function.LongSupplier;

/** Takes a reading of everything right after each aligned time, also when the wall's clock is set meanwhile. */
final class ReadingClock implements LongSupplier {
    private static final long LONGEST_WAIT_MILLIS = 1_000;
    private static final long MILLIS_OF_SECOND = 1_000;

    private final Clock clock;
    private final DesiredStore desired;
    private final Meters meters;
    private long readUntilMillis;

    ReadingClock(Clock clock, DesiredStore desired, Meters meters) {
        this.clock = clock;
        this.desired = desired;
        this.meters = meters;
        this.readUntilMillis = clock.utcMillis();
    }

    @Override
    public long getAsLong() {
        long interval = desired.readingIntervalSeconds() * MILLIS_OF_SECOND;
        long now = clock.utcMillis();
        if (now / interval > readUntilMillis / interval) {
            meters.readAll();
        }
        readUntilMillis = now;
        long toNext = interval - Math.floorMod(clock.utcMillis(), interval);
        return Math.min(LONGEST_WAIT_MILLIS, toNext);
    }
}
