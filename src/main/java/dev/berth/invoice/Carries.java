package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.platform.Memo;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
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
     * @param discount the redemption whose discount it is, or corrected
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

    private record Asked(AccountId billed, Instant before) {}

    /** What an account's newest closed period left over; lines that it has not may have left something over before. */
    private record Newest(boolean any, Map<Key, BigDecimal> over) {}

    /** What the newest closed period before this one left over: its line, or the last correction of it there. */
    BigDecimal over(Key key, Period before) {
        Optional<Map<Asked, Newest>> known = Memo.of(Carries.class);
        if (known.isEmpty()) {
            return single(key, before);
        }
        Newest newest = known.get().computeIfAbsent(new Asked(key.billed(), before.from()), this::newest);
        if (!newest.any()) {
            return BigDecimal.ZERO;
        }
        return Optional.ofNullable(newest.over().get(key)).orElseGet(() -> single(key, before));
    }

    private Newest newest(Asked asked) {
        Optional<UUID> period = database.one(
                "SELECT id FROM billing_period WHERE account_id = ? AND period_from < ?"
                        + " AND state IN ('INVOICED', 'NOTHING_DUE') ORDER BY period_from DESC LIMIT 1",
                row -> row.uuid("id"),
                asked.billed().value(),
                asked.before());
        Map<Key, BigDecimal> over = new HashMap<>();
        period.ifPresent(id -> database.list(
                        "SELECT l.subscription_id, l.tariff_position, l.add_on_subscription_id, l.coupon_redemption_id,"
                                + " l.exact, l.carried_in, l.amount, a.currency FROM invoice_line l"
                                + " JOIN billing_period p ON p.id = l.invoice_id JOIN account a ON a.id = p.account_id"
                                + " WHERE l.invoice_id = ? ORDER BY l.n",
                        row -> Map.entry(key(row, asked.billed()), last(row).carriedOut()),
                        id)
                .forEach(line -> over.put(line.getKey(), line.getValue())));
        return new Newest(period.isPresent(), over);
    }

    private static Key key(Row row, AccountId billed) {
        return new Key(
                billed,
                new SubscriptionId(row.uuid("subscription_id")),
                row.integer("tariff_position"),
                row.optionalUuid("add_on_subscription_id"),
                row.optionalUuid("coupon_redemption_id"));
    }

    private static Last last(Row row) {
        return new Last(
                row.decimal("exact"),
                row.decimal("carried_in"),
                row.number("amount"),
                Currency.getInstance(row.text("currency")));
    }

    private BigDecimal single(Key key, Period before) {
        return database.one(
                        "SELECT l.exact, l.carried_in, l.amount, a.currency FROM invoice_line l"
                                + " JOIN billing_period p ON p.id = l.invoice_id JOIN account a ON a.id = p.account_id"
                                + " WHERE p.account_id = ? AND l.subscription_id = ? AND l.tariff_position = ?"
                                + " AND l.add_on_subscription_id <=> ? AND l.coupon_redemption_id <=> ?"
                                + " AND p.period_from < ? ORDER BY p.period_from DESC, l.n DESC LIMIT 1",
                        Carries::last,
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
