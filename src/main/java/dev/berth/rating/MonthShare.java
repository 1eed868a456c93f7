package dev.berth.rating;

import dev.berth.units.Period;
import dev.berth.units.Ratio;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/** How much of calendar months a period is, to the second, each month as long as it is in the billing time zone. */
final class MonthShare {
    private MonthShare() {}

    /** 1 for any whole month; for a period over several months the sum of its shares of each. */
    static Ratio of(Period period, ZoneId zone) {
        Ratio sum = Ratio.ZERO;
        YearMonth month = YearMonth.from(period.from().atZone(zone));
        while (start(month, zone).isBefore(period.to())) {
            Period whole = new Period(start(month, zone), start(month.plusMonths(1), zone));
            long seconds = whole.intersection(period).map(Period::seconds).orElse(0L);
            sum = sum.plus(Ratio.of(seconds, whole.seconds()));
            month = month.plusMonths(1);
        }
        return sum;
    }

    private static Instant start(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
