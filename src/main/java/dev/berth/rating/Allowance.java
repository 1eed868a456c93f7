package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
import java.math.BigInteger;

/**
 * What a fee covers of a meter.
 *
 * @param includedPerMonth in base units; a slice has the share that it is of its months, and what add-ons cover beside
 */
record Allowance(Meter metered, BigInteger includedPerMonth) {
    Allowance {
        if (includedPerMonth.signum() < 0) {
            throw new IllegalArgumentException(
                    "includedPerMonth is %s, must not be negative".formatted(includedPerMonth));
        }
    }

    /** @param over what is beyond the allowance; never negative */
    record Split(BigInteger used, BigInteger included, Ratio over) {}

    Split of(Slice slice) {
        BigInteger used = slice.usage().of(metered);
        Ratio share = Ratio.of(includedPerMonth).times(slice.monthShare()).plus(slice.extra(metered));
        return new Split(used, share.floor(), Ratio.of(used).minus(share).max(Ratio.ZERO));
    }
}
