package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
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
        if (includedPerMonth.signum() < 0) {
            throw new IllegalArgumentException(
                    "includedPerMonth is %s, must not be negative".formatted(includedPerMonth));
        }
    }

    @Override
    public Charge charge(Slice slice) {
        BigInteger used = slice.usage().of(metered);
        Ratio allowance = Ratio.of(includedPerMonth).times(slice.monthShare());
        Ratio over = Ratio.of(used).minus(allowance).max(Ratio.ZERO);
        return new Charge(used, allowance.floor(), perUnit.times(over.dividedBy(unitQuantity)));
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
