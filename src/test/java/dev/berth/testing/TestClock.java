package dev.berth.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The portal's time in tests: the machine's, or one that goes on from the instant in the system property {@code berth.test.now}. What
 * depends on the day of the month is found by it before that day.
 */
public final class TestClock {
    private TestClock() {}

    @Produces
    @Alternative
    @Priority(1)
    @ApplicationScoped
    static InstantSource shifted() {
        InstantSource system = InstantSource.system();
        Duration ahead = Optional.ofNullable(System.getProperty("berth.test.now"))
                .map(now -> Duration.between(system.instant(), Instant.parse(now)))
                .orElse(Duration.ZERO);
        return () -> system.instant().plus(ahead).truncatedTo(ChronoUnit.MICROS);
    }
}
