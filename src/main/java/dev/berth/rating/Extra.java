package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import java.math.BigInteger;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an add-on covers of a meter, beside what the tariff includes.
 *
 * @param perMonth in base units; a period has the share that it is of its months
 */
public record Extra(Meter meter, BigInteger perMonth, Period period) {
    public static Map<Meter, Ratio> sum(Collection<Extra> extras, ZoneId zone) {
        Map<Meter, Ratio> sums = new EnumMap<>(Meter.class);
        for (Extra extra : extras) {
            Ratio covered = Ratio.of(extra.perMonth()).times(MonthShare.of(extra.period(), zone));
            sums.merge(extra.meter(), covered, Ratio::plus);
        }
        return sums;
    }
}
