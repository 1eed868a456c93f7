package dev.berth.metering;

import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/**
 * What two consecutive readings of a context say: so much was used after the first and up to the second.
 *
 * <p>The use is spread evenly over the step's time. Its part before an instant is rounded down to the base unit, so
 * the remainder goes to the later part and parts always sum to the whole. A step without duration (a clock that stood
 * or went back) belongs to its instant.
 *
 * @param from time of the first reading, never before the end of the step before
 * @param to time of the second reading, never before {@code from}
 * @param used increments, as counters
 */
public record MeasuredStep(MeterReading first, MeterReading last, Instant from, Instant to, Counters used) {
    public MeasuredStep {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("step ends at %s before it begins at %s".formatted(to, from));
        }
    }

    public boolean touches(Period period) {
        return from.equals(to) ? period.contains(from) : from.isBefore(period.to()) && to.isAfter(period.from());
    }

    /** How much of a meter's use falls into a period. */
    public BigInteger within(Period period, Meter meter) {
        if (from.equals(to)) {
            return period.contains(from) ? meter.of(used) : BigInteger.ZERO;
        }
        return before(period.to(), meter).subtract(before(period.from(), meter));
    }

    private BigInteger before(Instant instant, Meter meter) {
        BigInteger whole = meter.of(used);
        if (!instant.isAfter(from)) {
            return BigInteger.ZERO;
        }
        if (!instant.isBefore(to)) {
            return whole;
        }
        return whole.multiply(micros(from, instant)).divide(micros(from, to));
    }

    private static BigInteger micros(Instant start, Instant end) {
        Duration duration = Duration.between(start, end);
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000))
                .add(BigInteger.valueOf(duration.getNano() / 1_000));
    }
}
