package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.Optional;

/** A fee for each calendar month, prorated to the second, whatever is used. It stands still in pauses. */
public record RecurringPrice(UnitPrice perMonth) implements Price {
    @Override
    public Charge charge(Slice slice) {
        Ratio months = slice.charged().stream()
                .map(part -> MonthShare.of(part, slice.zone()))
                .reduce(Ratio.ZERO, Ratio::plus);
        return new Charge(slice.chargedSeconds(), BigInteger.ZERO, perMonth.times(months));
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
        return "RECURRING";
    }
}
