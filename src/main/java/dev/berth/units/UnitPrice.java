package dev.berth.units;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Objects;

/**
 * An exact price of one unit, finer than money may be.
 *
 * @param amount in major units, not negative, at most twelve decimals
 */
public record UnitPrice(BigDecimal amount, Currency currency) {
    public static final int MAX_DECIMALS = 12;

    public UnitPrice {
        Objects.requireNonNull(currency, "currency");
        amount = amount.stripTrailingZeros();
        if (amount.signum() < 0 || amount.scale() > MAX_DECIMALS) {
            throw new IllegalArgumentException("unit price %s is negative or too fine".formatted(amount));
        }
    }

    public static UnitPrice of(String amount, String currencyCode) {
        return new UnitPrice(new BigDecimal(amount), Currency.getInstance(currencyCode));
    }

    /** The exact price of so many units. */
    public Ratio times(Ratio units) {
        return Ratio.of(amount).times(units);
    }

    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency.getCurrencyCode();
    }
}
