package dev.berth.rating;

import dev.berth.units.Money;
import dev.berth.units.Ratio;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * An amount of money that use must not come to more than, as a quantity. A line's amount is rounded, with a fraction of the smallest unit
 * that the same line left over the last time: half a unit is kept back for both.
 */
public final class SurplusCap {
    private SurplusCap() {}

    /** The most base units that a line can be for without being above the cap, whatever was left over. */
    public static BigInteger most(UsagePrice price, Money cap) {
        Ratio money = Ratio.of(cap.decimal().subtract(half(cap.currency()))).max(Ratio.ZERO);
        Ratio perUnit = Ratio.of(price.perUnit().amount());
        if (perUnit.numerator().signum() == 0) {
            throw new IllegalArgumentException("no cap holds what costs nothing: %s".formatted(price));
        }
        return money.numerator()
                .multiply(perUnit.denominator())
                .multiply(price.unitQuantity())
                .divide(money.denominator().multiply(perUnit.numerator()));
    }

    /** No line for so many base units is above this, whatever was left over. */
    public static Money atMost(UsagePrice price, BigInteger quantity) {
        Currency currency = price.perUnit().currency();
        if (quantity.signum() == 0) {
            return Money.zero(currency);
        }
        BigDecimal exact = price.perUnit()
                .times(Ratio.of(quantity).dividedBy(price.unitQuantity()))
                .toDecimal(Rater.DECIMALS);
        BigDecimal most = exact.add(half(currency)).setScale(currency.getDefaultFractionDigits(), RoundingMode.CEILING);
        return Money.rounded(most, currency);
    }

    private static BigDecimal half(Currency currency) {
        return BigDecimal.ONE.movePointLeft(currency.getDefaultFractionDigits()).divide(BigDecimal.TWO);
    }
}
