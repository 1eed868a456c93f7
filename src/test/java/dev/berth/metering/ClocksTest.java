package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClocksTest {
    private static final Instant START = Readings.time("10:00:00");
    private static final Duration TOLERANCE = Duration.ofSeconds(10);
    private static final Clocks BEFORE = new Clocks(Readings.BOOT, START, Duration.ofHours(1));

    /** A record an hour later, by the clock that nobody can set. */
    private static Optional<Duration> jump(Duration wrong) {
        Clocks now = new Clocks(Readings.BOOT, START.plus(Duration.ofHours(1)).plus(wrong), Duration.ofHours(2));
        return now.jumpSince(BEFORE, TOLERANCE);
    }

    @Test
    void twoClocksThatAgreeAreNoJump() {
        assertEquals(Optional.empty(), jump(Duration.ZERO));
        assertEquals(Optional.empty(), jump(TOLERANCE));
        assertEquals(Optional.empty(), jump(TOLERANCE.negated()));
    }

    @Test
    void aClockThatWasSetJumped() {
        assertEquals(Optional.of(Duration.ofMillis(10_001)), jump(Duration.ofMillis(10_001)));
        assertEquals(Optional.of(Duration.ofHours(-1)), jump(Duration.ofHours(-1)));
    }

    @Test
    void overARebootNothingCanBeSaid() {
        Clocks rebooted = new Clocks(new UUID(1, 2), START.plus(Duration.ofDays(3)), Duration.ofSeconds(5));

        assertEquals(Optional.empty(), rebooted.jumpSince(BEFORE, TOLERANCE));
    }
}
