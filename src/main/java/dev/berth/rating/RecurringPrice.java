package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.Optional;

/** A fee for each calendar month, prorated to the second, whatever is used. */
public record RecurringPrice(UnitPrice perMonth) implements Price {
    @Override
    public Charge charge(Slice slice) {
        return new Charge(
                BigInteger.valueOf(slice.period().seconds()), BigInteger.ZERO, perMonth.times(slice.monthShare()));
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.empty();
    }

    @Override
    public String model() {
        return "RECURRING";
    }
}
