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
 * Cuts time into billing periods: calendar months in an account's time zone, or stretches of a fixed duration that divides a
 * day, counted from midnight UTC.
 */
@Singleton
public class BillingCalendar {
    private static final String MONTH = "month";
    private static final Duration DAY = Duration.ofDays(1);
    /** More than any two zones differ by. */
    private static final Duration REMNANT = Duration.ofDays(2);

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

    /** The zone of accounts that have none of their own. */
    public ZoneId zone() {
        return zone;
    }

    /** The period that an instant lies in for an account without a zone of its own. */
    public Period containing(Instant instant) {
        return containing(instant, zone);
    }

    public Period containing(Instant instant, ZoneId zone) {
        return fixed.map(length -> aligned(instant, length)).orElseGet(() -> month(instant, zone));
    }

    /**
     * The period that follows one that ended there. It is shorter or longer than others where the zone changed in between: it
     * ends with a month of the new zone, and the hours that two zones differ by make no bill of their own.
     */
    public Period from(Instant start, ZoneId zone) {
        Period month = containing(start, zone);
        boolean remnant = fixed.isEmpty()
                && month.from().isBefore(start)
                && Duration.between(start, month.to()).compareTo(REMNANT) < 0;
        return new Period(start, remnant ? containing(month.to(), zone).to() : month.to());
    }

    private static Period aligned(Instant instant, Duration length) {
        long seconds = length.toSeconds();
        Instant from = Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
        return new Period(from, from.plus(length));
    }

    private static Period month(Instant instant, ZoneId zone) {
        YearMonth month = YearMonth.from(instant.atZone(zone));
        return new Period(
                month.atDay(1).atStartOfDay(zone).toInstant(),
                month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant());
    }
}
