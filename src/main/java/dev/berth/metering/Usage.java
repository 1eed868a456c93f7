package dev.berth.metering;

import dev.berth.units.Period;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a context used in a period, and which readings say so.
 *
 * @param quantities in each meter's base unit; every meter is there
 * @param first the reading the period's first step starts from; empty when nothing was read
 * @param last the reading its last step ends with
 * @param gaps GAP records within it: integrals may be too low there, never too high
 */
public record Usage(
        Period period,
        Map<Meter, BigInteger> quantities,
        Optional<ReadingRef> first,
        Optional<ReadingRef> last,
        List<ReadingRef> gaps) {
    public Usage {
        EnumMap<Meter, BigInteger> all = new EnumMap<>(Meter.class);
        for (Meter meter : Meter.values()) {
            all.put(meter, quantities.getOrDefault(meter, BigInteger.ZERO));
        }
        quantities = Collections.unmodifiableMap(all);
        gaps = List.copyOf(gaps);
    }

    /**
     * What a context used on several nodes, in the order in which it was on them. Each part comes from a journal of its own; the
     * counters that one begins with are the ones another ended with, and nothing lies between.
     */
    public static Usage sum(Period period, List<Usage> parts) {
        EnumMap<Meter, BigInteger> quantities = new EnumMap<>(Meter.class);
        List<ReadingRef> gaps = new ArrayList<>();
        for (Usage part : parts) {
            if (!part.period().equals(period)) {
                throw new IllegalArgumentException("usage of %s is no part of %s".formatted(part.period(), period));
            }
            part.quantities().forEach((meter, n) -> quantities.merge(meter, n, BigInteger::add));
            gaps.addAll(part.gaps());
        }
        return new Usage(
                period,
                quantities,
                parts.stream().map(Usage::first).flatMap(Optional::stream).findFirst(),
                parts.stream().map(Usage::last).flatMap(Optional::stream).reduce((_, later) -> later),
                gaps);
    }

    public static Usage none(Period period) {
        return new Usage(period, Map.of(), Optional.empty(), Optional.empty(), List.of());
    }

    public BigInteger of(Meter meter) {
        return quantities.getOrDefault(meter, BigInteger.ZERO);
    }
}
