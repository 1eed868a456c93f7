package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Graduated prices: each part of the quantity costs what its tier says. Bounds are for a month; a slice has the share
 * that it is of its months.
 *
 * @param unitQuantity how many base units one unit of the prices is
 * @param tiers in rising order; only the last one is open
 */
public record TieredPrice(Meter metered, BigInteger unitQuantity, List<Tier> tiers) implements Price {
    public TieredPrice {
        Price.requirePositive("unitQuantity", unitQuantity);
        tiers = List.copyOf(tiers);
        requireRising(tiers);
    }

    /** @param upToPerMonth in base units; empty: without end */
    public record Tier(Optional<BigInteger> upToPerMonth, UnitPrice perUnit) {}

    @Override
    public Charge charge(Slice slice) {
        BigInteger used = slice.usage().of(metered);
        Ratio quantity = Ratio.of(used);
        Ratio exact = Ratio.ZERO;
        Ratio from = Ratio.ZERO;
        for (Tier tier : tiers) {
            Ratio bound = tier.upToPerMonth()
                    .map(b -> Ratio.of(b).times(slice.monthShare()))
                    .orElse(quantity.max(from));
            Ratio inTier = quantity.min(bound).minus(from).max(Ratio.ZERO);
            exact = exact.plus(tier.perUnit().times(inTier.dividedBy(unitQuantity)));
            from = bound;
        }
        return new Charge(used, BigInteger.ZERO, exact);
    }

    @Override
    public Optional<Meter> meter() {
        return Optional.of(metered);
    }

    @Override
    public String model() {
        return "TIERED";
    }

    static void requireRising(List<Tier> tiers) {
        if (tiers.isEmpty() || tiers.getLast().upToPerMonth().isPresent()) {
            throw new IllegalArgumentException("the last tier must be there and open");
        }
        BigInteger bound = BigInteger.ZERO;
        for (Tier tier : tiers.subList(0, tiers.size() - 1)) {
            BigInteger next = tier.upToPerMonth()
                    .orElseThrow(() -> new IllegalArgumentException("only the last tier may be open"));
            if (next.compareTo(bound) <= 0) {
                throw new IllegalArgumentException("tier up to %s does not rise above %s".formatted(next, bound));
            }
            bound = next;
        }
    }
}
