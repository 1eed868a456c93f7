package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.rating.Discount.Coupon;
import dev.berth.rating.Discount.Off;
import dev.berth.rating.Discount.Share;
import dev.berth.rating.Discount.Sum;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Which coupons make an account's bill of a period smaller, read from what was redeemed. */
@ApplicationScoped
class CouponStore {
    private final Database database;

    CouponStore(Database database) {
        this.database = database;
    }

    /** @param label as it stands on bills */
    record Redeemed(Coupon coupon, String label) {}

    /** In the order in which they were redeemed. */
    List<Redeemed> of(AccountId account, Period period) {
        return database.list(
                "SELECT r.id, r.coupon_id, c.label, c.basis_points, c.amount, c.currency FROM coupon_redemption r"
                        + " JOIN coupon c ON c.id = r.coupon_id WHERE r.account_id = ? AND r.applies_from <= ?"
                        + " AND (r.applies_until IS NULL OR r.applies_until > ?) ORDER BY r.redeemed_at, r.id",
                row -> new Redeemed(
                        new Coupon(row.uuid("id"), off(row), offers(row.uuid("coupon_id"), account)),
                        row.text("label")),
                account.value(),
                period.from(),
                period.from());
    }

    private static Off off(Row row) {
        return row.optionalNumber("amount")
                .<Off>map(amount -> new Sum(new Money(amount, Currency.getInstance(row.text("currency")))))
                .orElseGet(() -> new Share(row.integer("basis_points")));
    }

    /**
     * Versions of its plans, and what the account or its customers had of its add-ons; where it has neither, it is for everything. What is
     * billed at the house's prices counts, also where a reseller's own add-on stands on it: so it is with plans.
     */
    private Set<UUID> offers(UUID coupon, AccountId account) {
        Set<UUID> offers = new HashSet<>(database.list(
                "SELECT v.id FROM coupon_plan p JOIN plan_version v ON v.plan_id = p.plan_id WHERE p.coupon_id = ?",
                row -> row.uuid("id"),
                coupon));
        offers.addAll(database.list(
                // from its accounts on: others have far more of the same add-on
                "SELECT x.id FROM (SELECT id FROM account WHERE id = ? UNION ALL SELECT id FROM account"
                        + " WHERE reseller_id = ?) c JOIN add_on_subscription x ON x.account_id = c.id"
                        + " JOIN add_on a ON a.id = x.add_on_id"
                        + " JOIN coupon_add_on o ON o.coupon_id = ? AND o.add_on_id IN (a.id, a.wholesale_id)",
                row -> row.uuid("id"),
                account.value(),
                account.value(),
                coupon));
        boolean limited = database.number(
                        "SELECT (EXISTS (SELECT 1 FROM coupon_plan WHERE coupon_id = ?) OR EXISTS"
                                + " (SELECT 1 FROM coupon_add_on WHERE coupon_id = ?)) AS n",
                        coupon,
                        coupon)
                == 1;
        if (limited) {
            // never empty: an empty set would mean everything
            offers.add(coupon);
        }
        return offers;
    }
}
