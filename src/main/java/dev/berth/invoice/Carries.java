package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/** Fractions of a cent that lines left over for their next time. */
@ApplicationScoped
class Carries {
    private final Database database;

    Carries(Database database) {
        this.database = database;
    }

    /**
     * Which line it is, bill after bill.
     *
     * @param billed whose bill it stands on: a subscription can stand on two, at other prices
     * @param discount the redemption whose discount it is
     */
    record Key(
            AccountId billed,
            SubscriptionId subscription,
            int position,
            Optional<UUID> addOn,
            Optional<UUID> discount) {}

    private record Last(BigDecimal exact, BigDecimal carriedIn, long amount, Currency currency) {
        BigDecimal carriedOut() {
            return exact.add(carriedIn).subtract(new Money(amount, currency).decimal());
        }
    }

    /** What the newest closed period before this one left over. */
    BigDecimal over(Key key, Period before) {
        return database.one(
                        "SELECT l.exact, l.carried_in, l.amount, a.currency FROM invoice_line l"
                                + " JOIN billing_period p ON p.id = l.invoice_id JOIN account a ON a.id = p.account_id"
                                + " WHERE p.account_id = ? AND l.subscription_id = ? AND l.tariff_position = ?"
                                + " AND l.add_on_subscription_id <=> ? AND l.coupon_redemption_id <=> ?"
                                + " AND p.period_from < ? ORDER BY p.period_from DESC LIMIT 1",
                        row -> new Last(
                                row.decimal("exact"),
                                row.decimal("carried_in"),
                                row.number("amount"),
                                Currency.getInstance(row.text("currency"))),
                        key.billed().value(),
                        key.subscription().value(),
                        key.position(),
                        key.addOn(),
                        key.discount(),
                        before.from())
                .map(Last::carriedOut)
                .orElse(BigDecimal.ZERO);
    }
}
