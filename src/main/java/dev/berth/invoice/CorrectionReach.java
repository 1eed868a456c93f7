package dev.berth.invoice;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How far back readings that come late correct a closed bill. Readings must be kept for longer, or a correction would lack some. */
@ApplicationScoped
class CorrectionReach {
    /** Until months and leap years come again in the same order. */
    private static final int DAYS = 4 * 365 + 1;

    /** Readings are as old as the corrected bill's time and the bill's that corrects it, a month each, and that one may wait for a while. */
    private static final int MONTHS_MORE = 3;

    private static final LocalDate ANY = LocalDate.of(2024, 1, 1);

    private final Period reach;

    /** @throws IllegalArgumentException when readings go before a correction would look at them */
    CorrectionReach(
            @ConfigProperty(name = "berth.billing.corrections-for") Period reach,
            @ConfigProperty(name = "berth.metering.retention") Period retention) {
        if (!shorter(reach.plusMonths(MONTHS_MORE), retention)) {
            throw new IllegalArgumentException(
                    ("berth.billing.corrections-for is %s and berth.metering.retention is %s:"
                                    + " the first must be more than %d months shorter, as corrections need readings that the second"
                                    + " lets go")
                            .formatted(reach, retention, MONTHS_MORE));
        }
        this.reach = reach;
    }

    /** On whatever day: a month has not always the same length. */
    private static boolean shorter(Period one, Period other) {
        return IntStream.range(0, DAYS)
                .mapToObj(ANY::plusDays)
                .allMatch(day -> day.plus(one).isBefore(day.plus(other)));
    }

    /** The portal does not start with settings that contradict each other. */
    void start(@Observes @Priority(10) StartupEvent event) {
        // it was checked when this was made
    }

    /** Of what ended by then nothing is corrected any more. */
    Instant before(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).minus(reach).toInstant();
    }

    /** The same for a statement: so many months, then so many days before. */
    long months() {
        return reach.toTotalMonths();
    }

    long days() {
        return reach.get(ChronoUnit.DAYS);
    }
}
