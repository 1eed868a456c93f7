package dev.berth.invoice;

import dev.berth.metering.ReadingRef;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What a line was computed from.
 *
 * @param quantity in base units
 * @param first the reading that the measurement starts from; empty for a line without readings
 * @param last the reading that it ends with
 * @param gaps how many GAP records lie within
 * @param before of a correction: what was counted when the earlier bill was computed, and is taken off
 */
public record RatedInterval(
        Period period,
        BigInteger quantity,
        Optional<ReadingRef> first,
        Optional<ReadingRef> last,
        int gaps,
        boolean before) {
    public RatedInterval(
            Period period, BigInteger quantity, Optional<ReadingRef> first, Optional<ReadingRef> last, int gaps) {
        this(period, quantity, first, last, gaps, false);
    }

    RatedInterval takenOff() {
        return new RatedInterval(period, quantity, first, last, gaps, true);
    }
}
