package dev.berth.invoice;

import dev.berth.units.Period;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A stretch of time that is billed, or a part of it.
 *
 * @param zone in which its months begin and end
 * @param whileSuspended whether fees for time go on while a VPS is suspended
 */
record Span(Period period, ZoneId zone, WhileSuspended whileSuspended) {
    /** The last day that is touched: whose VAT rates hold. */
    LocalDate lastDay() {
        return lastDay(period, zone);
    }

    static LocalDate lastDay(Period period, ZoneId zone) {
        return LocalDate.ofInstant(period.to().minusNanos(1), zone);
    }

    Span with(Period part) {
        return new Span(part, zone, whileSuspended);
    }
}
