package dev.berth.payment.stripe;

import dev.berth.units.Money;
import java.util.Currency;
import java.util.Locale;

/** Stripe counts in the currency's smallest unit, as we do; its code is in small letters. */
final class StripeMoney {
    private StripeMoney() {}

    static Money of(Long minor, String currency) {
        return new Money(minor, Currency.getInstance(currency.toUpperCase(Locale.ROOT)));
    }
}
