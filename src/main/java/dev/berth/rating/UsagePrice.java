package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A price for what a meter counts beyond an allowance.
 *
 * @param includedPerMonth in base units; a slice has the share that it is of its months
 * @param unitQuantity how many base units one unit of the price is
 */
public record UsagePrice(Meter metered, BigInteger includedPerMonth, BigInteger unitQuantity, UnitPrice perUnit)
        implements Price {
    public UsagePrice {
        Price.requirePositive("unitQuantity", unitQuantity);
        new Allowance(metered, includedPerMonth);
    }

    @Override
    public Charge charge(Slice slice) {
        Allowance.Split split = new Allowance(metered, includedPerMonth).of(slice);
        return new Charge(
                split.used(), split.included(), perUnit.times(split.over().dividedBy(unitQuantity)));
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.of(metered);
    }

    @Override
    public String model() {
        return "USAGE";
    }
}
