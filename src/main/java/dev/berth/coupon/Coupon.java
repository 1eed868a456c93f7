package dev.berth.coupon;

import dev.berth.platform.Row;
import dev.berth.units.Amount;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A coupon as staff made it. It takes off either a share or an amount.
 *
 * @param code what is typed
 * @param label how it is called on bills
 * @param basisPoints hundredths of a percent of each line
 * @param amount of each bill
 * @param periods billing periods that it applies to, the one it is redeemed in included; empty: for ever
 * @param plans slugs of the plans that it is for
 * @param addOns slugs of the add-ons that it is for; where both are empty, it is for everything
 * @param newAccounts only for accounts that never had a VPS
 * @param validFrom since when it can be redeemed
 * @param maxRedemptions empty: as many as there are accounts
 */
public record Coupon(
        UUID id,
        String code,
        String label,
        Optional<Integer> basisPoints,
        Optional<Amount> amount,
        Optional<Integer> periods,
        List<String> plans,
        List<String> addOns,
        boolean newAccounts,
        Instant validFrom,
        Optional<Instant> validTo,
        Optional<Integer> maxRedemptions,
        int redeemed) {
    public Coupon {
        plans = List.copyOf(plans);
        addOns = List.copyOf(addOns);
    }

    static final String SELECT = "SELECT c.id, c.code, c.label, c.basis_points, c.amount, c.currency, c.periods,"
            + " c.new_accounts, c.valid_from, c.valid_to, c.max_redemptions, c.redeemed,"
            + " (SELECT GROUP_CONCAT(p.slug ORDER BY p.slug SEPARATOR ' ') FROM coupon_plan x JOIN plan p ON p.id = x.plan_id"
            + " WHERE x.coupon_id = c.id) AS plans,"
            + " (SELECT GROUP_CONCAT(o.slug ORDER BY o.slug SEPARATOR ' ') FROM coupon_add_on x JOIN add_on o"
            + " ON o.id = x.add_on_id WHERE x.coupon_id = c.id) AS add_ons FROM coupon c";

    static Coupon of(Row row) {
        return new Coupon(
                row.uuid("id"),
                row.text("code"),
                row.text("label"),
                row.optionalNumber("basis_points").map(Math::toIntExact),
                row.optionalNumber("amount")
                        .map(minor -> Amount.of(new Money(minor, Currency.getInstance(row.text("currency"))))),
                row.optionalNumber("periods").map(Math::toIntExact),
                words(row.optionalText("plans")),
                words(row.optionalText("add_ons")),
                row.flag("new_accounts"),
                row.instant("valid_from"),
                row.optionalInstant("valid_to"),
                row.optionalNumber("max_redemptions").map(Math::toIntExact),
                row.integer("redeemed"));
    }

    private static List<String> words(Optional<String> text) {
        return text.map(t -> Arrays.asList(t.split(" ", -1))).orElse(List.of());
    }
}
