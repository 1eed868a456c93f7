package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A price for every package begun of what a meter counts beyond an allowance: a byte over costs a whole package.
 *
 * @param includedPerMonth in base units; a slice has the share that it is of its months
 * @param packageQuantity how many base units a package holds
 */
public record PackagePrice(Meter metered, BigInteger includedPerMonth, BigInteger packageQuantity, UnitPrice perPackage)
        implements Price {
    public PackagePrice {
        Price.requirePositive("packageQuantity", packageQuantity);
        new Allowance(metered, includedPerMonth);
    }

    @Override
    public Charge charge(Slice slice) {
        Allowance.Split split = new Allowance(metered, includedPerMonth).of(slice);
        BigInteger packages = split.over().dividedBy(packageQuantity).ceiling();
        return new Charge(split.used(), split.included(), perPackage.times(Ratio.of(packages)));
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.of(metered);
    }

    @Override
    public String model() {
        return "PACKAGE";
    }
}
