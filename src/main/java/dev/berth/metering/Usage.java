package dev.berth.metering;

import dev.berth.units.Period;
import java.math.BigInteger;
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

    public static Usage none(Period period) {
        return new Usage(period, Map.of(), Optional.empty(), Optional.empty(), List.of());
    }

    public BigInteger of(Meter meter) {
        return quantities.getOrDefault(meter, BigInteger.ZERO);
    }
}
