package dev.berth.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The portal's only source of time: whoever needs it injects {@link InstantSource}. */
final class Clock {
    private Clock() {}

    /** Microseconds, because that is what the database keeps: a value read back equals the one written. */
    @Produces
    @ApplicationScoped
    static InstantSource instantSource() {
        InstantSource system = InstantSource.system();
        return () -> system.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
