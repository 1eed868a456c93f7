package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A fee for each hour that a subscription lasts, prorated to the second, whatever is used; in a calendar month never more
 * than the cap. The cap is not prorated: who comes late in a month pays its hours. It stands still in pauses.
 */
public record HourlyPrice(UnitPrice perHour, Optional<UnitPrice> capPerMonth) implements Price {
    private static final BigInteger HOUR = BigInteger.valueOf(3_600);

    public HourlyPrice {
        capPerMonth.ifPresent(cap -> requireSame(perHour, cap));
    }

    @Override
    public Charge charge(Slice slice) {
        List<Period> charged = slice.charged();
        Ratio exact = MonthShare.parts(slice.period(), slice.zone()).stream()
                .map(part -> ofMonth(seconds(charged, part)))
                .reduce(Ratio.ZERO, Ratio::plus);
        return new Charge(slice.chargedSeconds(), BigInteger.ZERO, exact);
    }

    private static long seconds(List<Period> charged, Period part) {
        return charged.stream()
                .flatMap(stretch -> stretch.intersection(part).stream())
                .mapToLong(Period::seconds)
                .sum();
    }

    private Ratio ofMonth(long seconds) {
        Ratio hours = perHour.times(Ratio.of(BigInteger.valueOf(seconds)).dividedBy(HOUR));
        return capPerMonth.map(cap -> hours.min(cap.times(Ratio.ONE))).orElse(hours);
    }

    private static void requireSame(UnitPrice perHour, UnitPrice cap) {
        if (!perHour.currency().equals(cap.currency())) {
            throw new IllegalArgumentException(
                    "a price in %s has a cap in %s".formatted(perHour.currency(), cap.currency()));
        }
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.empty();
    }

    @Override
    public boolean forTime() {
        return true;
    }

    @Override
    public String model() {
        return "HOURLY";
    }
}
