package dev.berth.rating;

import dev.berth.units.Period;
import dev.berth.units.Ratio;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** How much of calendar months a period is, to the second, each month as long as it is in the billing time zone. */
final class MonthShare {
    private MonthShare() {}

    /** 1 for any whole month; for a period over several months the sum of its shares of each. */
    static Ratio of(Period period, ZoneId zone) {
        return parts(period, zone).stream()
                .map(part -> Ratio.of(part.seconds(), month(part, zone).seconds()))
                .reduce(Ratio.ZERO, Ratio::plus);
    }

    /** The period cut where months begin. */
    static List<Period> parts(Period period, ZoneId zone) {
        List<Period> parts = new ArrayList<>();
        YearMonth month = YearMonth.from(period.from().atZone(zone));
        while (start(month, zone).isBefore(period.to())) {
            whole(month, zone).intersection(period).ifPresent(parts::add);
            month = month.plusMonths(1);
        }
        return List.copyOf(parts);
    }

    private static Period month(Period part, ZoneId zone) {
        return whole(YearMonth.from(part.from().atZone(zone)), zone);
    }

    private static Period whole(YearMonth month, ZoneId zone) {
        return new Period(start(month, zone), start(month.plusMonths(1), zone));
    }

    private static Instant start(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
