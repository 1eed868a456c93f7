package dev.berth.units;

/**
 * Money as the API shows it.
 *
 * @param amount decimal text with the currency's number of decimals
 * @param currency ISO 4217 code
 */
public record Amount(String amount, String currency) {
    public static Amount of(Money money) {
        return new Amount(money.amount(), money.currency().getCurrencyCode());
    }
}
