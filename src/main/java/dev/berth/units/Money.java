package dev.berth.units;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Objects;

/**
 * An amount in a currency's smallest unit. Adding past the range of a long throws instead of wrapping.
 *
 * @param minor amount in minor units (cents for EUR, yen for JPY); may be negative
 */
public record Money(long minor, Currency currency) implements Comparable<Money> {
    public Money {
        Objects.requireNonNull(currency, "currency");
    }

    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    /**
     * @param amount decimal text such as {@code 12.34}
     * @throws IllegalArgumentException when it is no decimal number or finer than the currency's minor unit
     */
    public static Money of(String amount, String currencyCode) {
        Currency currency = Currency.getInstance(currencyCode);
        try {
            BigDecimal scaled =
                    new BigDecimal(amount).setScale(currency.getDefaultFractionDigits(), RoundingMode.UNNECESSARY);
            return new Money(scaled.unscaledValue().longValueExact(), currency);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is not an amount".formatted(amount), e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'%s' does not fit %s's minor units".formatted(amount, currencyCode), e);
        }
    }

    /**
     * The one named rounding step from an exact amount to money: to the nearest minor unit, halves away from zero.
     * It happens once for each invoice line and once for an invoice's tax, nowhere else.
     */
    public static Money rounded(BigDecimal exact, Currency currency) {
        BigDecimal scaled = exact.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_UP);
        return new Money(scaled.unscaledValue().longValueExact(), currency);
    }

    /**
     * The same for one of a row of amounts, each of which carries to the next what its rounding took or gave: together they are
     * what their exact sum rounds to, however it is cut. An exact half goes the way it would go first, and then stays: it is not
     * given back when nothing more comes.
     *
     * @param exact what comes now
     * @param carriedIn between minus and plus half a minor unit
     * @param down of a row that falls, as discounts do: halves go down
     */
    public static Money settled(BigDecimal exact, BigDecimal carriedIn, Currency currency, boolean down) {
        BigDecimal due = exact.add(carriedIn);
        boolean away = down ? due.signum() < 0 : due.signum() > 0;
        BigDecimal scaled =
                due.setScale(currency.getDefaultFractionDigits(), away ? RoundingMode.HALF_UP : RoundingMode.HALF_DOWN);
        return new Money(scaled.unscaledValue().longValueExact(), currency);
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(minor, same(other).minor), currency);
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(minor, same(other).minor), currency);
    }

    public Money negated() {
        return new Money(Math.negateExact(minor), currency);
    }

    public boolean isZero() {
        return minor == 0;
    }

    public boolean isPositive() {
        return minor > 0;
    }

    /** The amount in major units, with the currency's number of decimals. */
    public BigDecimal decimal() {
        return BigDecimal.valueOf(minor, currency.getDefaultFractionDigits());
    }

    /** The amount as decimal text without its currency, {@code 12.34}. */
    public String amount() {
        return decimal().toPlainString();
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(minor, same(other).minor);
    }

    @Override
    public String toString() {
        return amount() + " " + currency.getCurrencyCode();
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("%s and %s are different currencies".formatted(this, other));
        }
        return other;
    }
}
