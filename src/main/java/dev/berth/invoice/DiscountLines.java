package dev.berth.invoice;

import dev.berth.invoice.CouponStore.Redeemed;
import dev.berth.invoice.InvoiceLine.Off;
import dev.berth.invoice.InvoiceLine.What;
import dev.berth.rating.Discount;
import dev.berth.rating.Discount.Sum;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Adds to the lines of a bill what an account's coupons take off them. Writes nothing. */
@ApplicationScoped
class DiscountLines {
    private final CouponStore coupons;
    private final Carries carries;

    DiscountLines(CouponStore coupons, Carries carries) {
        this.coupons = coupons;
        this.carries = carries;
    }

    /**
     * Whether what a coupon takes off one line, others do not get: then a part of a bill is only known with all of it.
     */
    boolean shared(AccountId account, Period period) {
        return coupons.of(account, period).stream().anyMatch(one -> one.coupon().off() instanceof Sum);
    }

    /** What would be taken off a bill that is not one, or not yet: nothing is carried over to it. */
    List<Discount> estimated(List<Discount.Line> lines, AccountId account, Period period) {
        return Discount.of(lines, coupons(coupons.of(account, period)), (_, _) -> BigDecimal.ZERO);
    }

    private static List<Discount.Coupon> coupons(List<Redeemed> redeemed) {
        return redeemed.stream().map(Redeemed::coupon).toList();
    }

    /** @param lines numbered from 1 */
    List<InvoiceLine> with(List<InvoiceLine> lines, AccountId account, Period period) {
        List<Redeemed> redeemed = coupons.of(account, period);
        if (redeemed.isEmpty()) {
            return lines;
        }
        Map<UUID, String> labels = new HashMap<>();
        redeemed.forEach(one -> labels.put(one.coupon().redemption(), one.label()));
        List<Discount> discounts = Discount.of(
                lines.stream().map(DiscountLines::seen).toList(),
                coupons(redeemed),
                (line, redemption) -> carries.over(key(account, lines.get(line - 1), redemption), period));
        List<InvoiceLine> numbered = new ArrayList<>(lines);
        for (Discount discount : discounts) {
            InvoiceLine of = lines.get(discount.line() - 1);
            String label = labels.getOrDefault(discount.redemption(), "");
            numbered.add(line(numbered.size() + 1, of, discount, label));
        }
        return List.copyOf(numbered);
    }

    private static Discount.Line seen(InvoiceLine line) {
        UUID of = line.what().addOn().orElse(line.subject().planVersion());
        return new Discount.Line(line.n(), of, line.amount());
    }

    private static Carries.Key key(AccountId account, InvoiceLine line, UUID redemption) {
        return new Carries.Key(
                account,
                line.subject().subscription(),
                line.what().position(),
                line.what().addOn(),
                Optional.of(redemption));
    }

    private static InvoiceLine line(int n, InvoiceLine of, Discount discount, String label) {
        What what = of.what();
        return new InvoiceLine(
                n,
                of.subject(),
                new What(
                        what.position(),
                        InvoiceLine.DISCOUNT,
                        Optional.empty(),
                        shortened(label + ": " + what.label()),
                        "bill",
                        BigInteger.ONE,
                        discount.exact().abs(),
                        what.addOn(),
                        Optional.of(new Off(discount.redemption(), of.n())),
                        Optional.empty()),
                BigInteger.ONE,
                BigInteger.ZERO,
                discount.exact(),
                discount.carriedIn(),
                discount.amount(),
                of.intervals().stream()
                        .limit(1)
                        .map(interval -> new RatedInterval(
                                interval.period(), BigInteger.ONE, Optional.empty(), Optional.empty(), 0))
                        .toList());
    }

    private static String shortened(String label) {
        return label.length() <= InvoiceLine.MAX_LABEL ? label : label.substring(0, InvoiceLine.MAX_LABEL);
    }
}
