package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a slice will be if it goes on as it did so far. An estimate: it never stands on a bill. */
public final class Forecast {
    private Forecast() {}

    /**
     * The same slice up to a later end, with quantities that grow in proportion to time, rounded down.
     *
     * @throws IllegalArgumentException when the end is before the slice's own, or the slice is shorter than a second
     */
    public static Slice until(Slice soFar, Instant end) {
        Period measured = soFar.period();
        if (end.isBefore(measured.to()) || measured.seconds() < 1) {
            throw new IllegalArgumentException("%s says nothing about the time until %s".formatted(measured, end));
        }
        Period whole = new Period(measured.from(), end);
        BigInteger from = BigInteger.valueOf(measured.seconds());
        BigInteger to = BigInteger.valueOf(whole.seconds());
        Map<Meter, BigInteger> quantities = new EnumMap<>(Meter.class);
        soFar.usage()
                .quantities()
                .forEach((meter, n) -> quantities.put(meter, n.multiply(to).divide(from)));
        Usage usage = new Usage(
                whole, quantities, soFar.usage().first(), soFar.usage().last(), List.of());
        Map<Meter, Ratio> extras = new EnumMap<>(Meter.class);
        soFar.extras()
                .forEach((meter, extra) ->
                        extras.put(meter, extra.times(Ratio.of(to)).dividedBy(from)));
        return new Slice(
                soFar.subscription(),
                whole,
                soFar.begun(),
                soFar.tariff(),
                usage,
                soFar.zone(),
                extras,
                goesOn(soFar.paused(), measured.to(), end));
    }

    /** What is paused at the end stays so. */
    private static List<Period> goesOn(List<Period> paused, Instant now, Instant end) {
        return paused.stream()
                .map(pause -> pause.to().equals(now) ? new Period(pause.from(), end) : pause)
                .toList();
    }
}
