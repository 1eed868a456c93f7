package dev.berth.payment.stripe;

import dev.berth.units.Money;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Stripe counts in the currency's smallest unit, as we do; its code is in small letters. */
final class StripeMoney {
    /**
     * Less than this Stripe refuses to charge, where the account is settled in the same currency. Source:
     * docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
     */
    private static final Map<String, String> LEAST = Map.ofEntries(
            Map.entry("AED", "2.00"),
            Map.entry("AUD", "0.50"),
            Map.entry("CAD", "0.50"),
            Map.entry("CHF", "0.50"),
            Map.entry("CZK", "15.00"),
            Map.entry("DKK", "2.50"),
            Map.entry("EUR", "0.50"),
            Map.entry("GBP", "0.30"),
            Map.entry("HKD", "4.00"),
            Map.entry("HUF", "175.00"),
            Map.entry("JPY", "50"),
            Map.entry("MXN", "10.00"),
            Map.entry("NOK", "3.00"),
            Map.entry("NZD", "0.50"),
            Map.entry("PLN", "2.00"),
            Map.entry("RON", "2.00"),
            Map.entry("SEK", "3.00"),
            Map.entry("SGD", "0.50"),
            Map.entry("USD", "0.50"));

    private StripeMoney() {}

    static Money of(Long minor, String currency) {
        return new Money(minor, Currency.getInstance(currency.toUpperCase(Locale.ROOT)));
    }

    /** Of a currency for which Stripe says nothing: its smallest unit. */
    static Money least(Currency currency) {
        String code = currency.getCurrencyCode();
        return LEAST.containsKey(code)
                ? Money.of(Objects.requireNonNull(LEAST.get(code)), code)
                : new Money(1, currency);
    }
}
