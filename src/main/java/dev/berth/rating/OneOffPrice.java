package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.Optional;

/** A price paid once, in the slice that a subscription begins in. */
public record OneOffPrice(UnitPrice once) implements Price {
    @Override
    public Charge charge(Slice slice) {
        return slice.begins()
                ? new Charge(BigInteger.ONE, BigInteger.ZERO, once.times(Ratio.ONE))
                : new Charge(BigInteger.ZERO, BigInteger.ZERO, Ratio.ZERO);
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.empty();
    }

    @Override
    public String model() {
        return "ONE_OFF";
    }
}
