package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Volume prices: the whole quantity costs what the tier says that it ends in. Bounds are for a month; a slice has the
 * share that it is of its months. A quantity on a bound belongs to the tier below it.
 *
 * @param unitQuantity how many base units one unit of the prices is
 * @param tiers in rising order; only the last one is open
 */
public record VolumePrice(Meter metered, BigInteger unitQuantity, List<Tier> tiers) implements Price {
    public VolumePrice {
        Price.requirePositive("unitQuantity", unitQuantity);
        tiers = List.copyOf(tiers);
        TieredPrice.requireRising(tiers);
    }

    @Override
    public Charge charge(Slice slice) {
        BigInteger used = slice.usage().of(metered);
        Ratio quantity = Ratio.of(used);
        UnitPrice perUnit = priceOf(quantity, slice.monthShare());
        return new Charge(used, BigInteger.ZERO, perUnit.times(quantity.dividedBy(unitQuantity)));
    }

    private UnitPrice priceOf(Ratio quantity, Ratio monthShare) {
        return tiers.stream()
                .filter(tier -> tier.upToPerMonth()
                        .map(bound -> quantity.compareTo(Ratio.of(bound).times(monthShare)) <= 0)
                        .orElse(true))
                .findFirst()
                .orElseThrow()
                .perUnit();
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.of(metered);
    }

    @Override
    public String model() {
        return "VOLUME";
    }
}
