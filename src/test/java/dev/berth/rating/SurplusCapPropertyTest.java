package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.units.Money;
import dev.berth.units.Ratio;
import dev.berth.units.UnitPrice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class SurplusCapPropertyTest {
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final BigDecimal HALF_A_CENT = new BigDecimal("0.005");

    private static UsagePrice price(long units, long millionths) {
        return new UsagePrice(
                Meter.CPU_SURPLUS,
                BigInteger.ZERO,
                BigInteger.valueOf(units),
                new UnitPrice(BigDecimal.valueOf(millionths, 6), EUR));
    }

    private static BigDecimal exact(UsagePrice price, BigInteger quantity) {
        return price.perUnit()
                .times(Ratio.of(quantity).dividedBy(price.unitQuantity()))
                .toDecimal(Rater.DECIMALS);
    }

    /** Whatever fraction of a cent was left over the last time. */
    @Property
    boolean noLineIsAboveTheCap(
            @ForAll @LongRange(min = 1, max = 4_000_000_000L) long units,
            @ForAll @LongRange(min = 1, max = 100_000_000) long millionths,
            @ForAll @LongRange(min = 1, max = 100_000_000) long cents,
            @ForAll @IntRange(min = -5_000, max = 5_000) int leftOver) {
        UsagePrice price = price(units, millionths);
        Money cap = new Money(cents, EUR);
        BigInteger most = SurplusCap.most(price, cap);
        BigDecimal carried = BigDecimal.valueOf(leftOver, 6);
        return Money.rounded(exact(price, most).add(carried), EUR).compareTo(cap) <= 0;
    }

    /** One base unit more would be beyond what is kept back for rounding. */
    @Property
    boolean nothingOfTheCapIsKeptBackButHalfACent(
            @ForAll @LongRange(min = 1, max = 4_000_000_000L) long units,
            @ForAll @LongRange(min = 1, max = 100_000_000) long millionths,
            @ForAll @LongRange(min = 1, max = 100_000_000) long cents) {
        UsagePrice price = price(units, millionths);
        BigInteger more = SurplusCap.most(price, new Money(cents, EUR)).add(BigInteger.ONE);
        return exact(price, more).compareTo(BigDecimal.valueOf(cents, 2).subtract(HALF_A_CENT)) >= 0;
    }

    @Property
    boolean aLineIsNeverAboveWhatItIsTakenFor(
            @ForAll @LongRange(min = 1, max = 4_000_000_000L) long units,
            @ForAll @LongRange(min = 1, max = 100_000_000) long millionths,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long quantity,
            @ForAll @IntRange(min = -5_000, max = 5_000) int leftOver) {
        UsagePrice price = price(units, millionths);
        BigInteger used = BigInteger.valueOf(quantity);
        BigDecimal carried = quantity == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(leftOver, 6);
        Money amount = Money.rounded(exact(price, used).add(carried), EUR);
        return amount.compareTo(SurplusCap.atMost(price, used)) <= 0;
    }
}
