package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.rating.Discount.Coupon;
import dev.berth.rating.Discount.Line;
import dev.berth.rating.Discount.Share;
import dev.berth.rating.Discount.Sum;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever coupons come together, no line goes below zero and none that is nothing is touched. */
class DiscountPropertiesTest {
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final UUID PLAN = new UUID(1, 1);

    private static List<Line> bill(List<Integer> cents) {
        List<Line> lines = new ArrayList<>();
        cents.forEach(amount -> lines.add(new Line(lines.size() + 1, PLAN, new Money(amount, EUR))));
        return lines;
    }

    /** Odd numbers are shares, even ones amounts. */
    private static List<Coupon> coupons(List<Integer> terms) {
        List<Coupon> coupons = new ArrayList<>();
        for (int term : terms) {
            Discount.Off off = term % 2 == 1 ? new Share(term) : new Sum(new Money(term + 1L, EUR));
            coupons.add(new Coupon(new UUID(9, coupons.size()), off, Set.of()));
        }
        return coupons;
    }

    @Property
    void noLineGoesBelowZero(
            @ForAll @Size(max = 8) List<@IntRange(min = -500, max = 5_000) Integer> cents,
            @ForAll @Size(max = 5) List<@IntRange(max = 9_999) Integer> terms,
            @ForAll @IntRange(min = -4, max = 4) int carriedThousandths) {
        BigDecimal carried = BigDecimal.valueOf(carriedThousandths, 3);

        List<Discount> discounts = Discount.of(bill(cents), coupons(terms), (line, redemption) -> carried);

        for (int n = 1; n <= cents.size(); n++) {
            int line = n;
            long off = discounts.stream()
                    .filter(d -> d.line() == line)
                    .mapToLong(d -> d.amount().minor())
                    .sum();
            int paid = cents.get(n - 1);
            assertTrue(off <= 0 && (paid > 0 ? paid + off >= 0 : off == 0), "line of %d: %d".formatted(paid, off));
        }
        assertTrue(discounts.stream().allMatch(d -> d.exact().signum() <= 0));
    }

    @Property
    void anAmountIsUsedWholeWhereTheBillIsLargeEnough(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 5_000) Integer> cents,
            @ForAll @IntRange(min = 1, max = 20_000) int amount) {
        long bill = cents.stream().mapToLong(Integer::longValue).sum();
        Coupon coupon = new Coupon(new UUID(9, 9), new Sum(new Money(amount, EUR)), Set.of());

        long off = Discount.of(bill(cents), List.of(coupon), (line, redemption) -> BigDecimal.ZERO).stream()
                .mapToLong(d -> d.amount().minor())
                .sum();

        assertEquals(-Math.min(bill, amount), off);
    }
}
