package dev.berth.invoice;

import dev.berth.units.Period;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Cuts time into billing periods: calendar months in the billing time zone, or stretches of a fixed duration that divides
 * a day, counted from midnight UTC.
 */
@Singleton
public class BillingCalendar {
    private static final String MONTH = "month";
    private static final Duration DAY = Duration.ofDays(1);

    private final Optional<Duration> fixed;
    private final ZoneId zone;

    public BillingCalendar(
            @ConfigProperty(name = "berth.billing.period", defaultValue = MONTH) String period,
            @ConfigProperty(name = "berth.billing.time-zone", defaultValue = "UTC") String zone) {
        this.fixed = period.equals(MONTH) ? Optional.empty() : Optional.of(duration(period));
        this.zone = ZoneId.of(zone);
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            boolean divides = duration.isPositive()
                    && duration.equals(duration.truncatedTo(ChronoUnit.SECONDS))
                    && DAY.toSeconds() % duration.toSeconds() == 0;
            if (divides) {
                return duration;
            }
        } catch (DateTimeException e) {
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static IllegalArgumentException refused(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "berth.billing.period is '%s': must be 'month' or a duration that divides a day".formatted(text),
                cause);
    }

    public ZoneId zone() {
        return zone;
    }

    /** The period that an instant lies in. */
    public Period containing(Instant instant) {
        return fixed.map(length -> aligned(instant, length)).orElseGet(() -> month(instant));
    }

    /** The period that follows one that ended there: shorter than others when the configuration changed in between. */
    public Period from(Instant start) {
        return new Period(start, containing(start).to());
    }

    private static Period aligned(Instant instant, Duration length) {
        long seconds = length.toSeconds();
        Instant from = Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
        return new Period(from, from.plus(length));
    }

    private Period month(Instant instant) {
        YearMonth month = YearMonth.from(instant.atZone(zone));
        return new Period(
                month.atDay(1).atStartOfDay(zone).toInstant(),
                month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant());
    }
}
