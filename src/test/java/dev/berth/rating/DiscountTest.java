package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.rating.Discount.Coupon;
import dev.berth.rating.Discount.Line;
import dev.berth.rating.Discount.Off;
import dev.berth.rating.Discount.Share;
import dev.berth.rating.Discount.Sum;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What coupons take off lines: never more than there is, in their order, nothing lost to rounding. */
class DiscountTest {
    private static final UUID PLAN = new UUID(1, 1);
    private static final UUID OTHER = new UUID(1, 2);
    private static final Discount.Carry NONE = (line, redemption) -> BigDecimal.ZERO;

    private static Money euro(String amount) {
        return Money.of(amount, "EUR");
    }

    private static Coupon coupon(int n, Off off, UUID... of) {
        return new Coupon(new UUID(9, n), off, Set.of(of));
    }

    private static final List<Line> BILL = List.of(
            new Line(1, PLAN, euro("10.00")), new Line(2, PLAN, euro("0.05")), new Line(3, OTHER, euro("4.00")));

    private static List<String> taken(List<Discount> discounts) {
        return discounts.stream()
                .map(d -> d.line() + ": " + d.amount().amount())
                .toList();
    }

    @Test
    void aShareIsTakenOffEachLine() {
        assertEquals(
                List.of("1: -2.50", "2: -0.01", "3: -1.00"),
                taken(Discount.of(BILL, List.of(coupon(1, new Share(2_500))), NONE)));
        assertEquals(
                List.of("1: -10.00", "2: -0.05", "3: -4.00"),
                taken(Discount.of(BILL, List.of(coupon(1, new Share(10_000))), NONE)));
    }

    @Test
    void anAmountIsTakenInOrderAndTheRestLapses() {
        assertEquals(
                List.of("1: -10.00", "2: -0.05", "3: -1.95"),
                taken(Discount.of(BILL, List.of(coupon(1, new Sum(euro("12.00")))), NONE)));
        assertEquals(List.of("1: -8.00"), taken(Discount.of(BILL, List.of(coupon(1, new Sum(euro("8.00")))), NONE)));
        assertEquals(
                List.of("3: -4.00"), taken(Discount.of(BILL, List.of(coupon(1, new Sum(euro("12.00")), OTHER)), NONE)));
    }

    @Test
    void theNextCouponSeesWhatIsLeft() {
        List<Coupon> coupons = List.of(
                coupon(1, new Share(5_000), PLAN), coupon(2, new Sum(euro("6.00"))), coupon(3, new Share(10_000)));

        List<Discount> all = Discount.of(BILL, coupons, NONE);

        assertEquals(List.of("1: -5.00", "2: -0.03", "1: -5.00", "2: -0.02", "3: -0.98", "3: -3.02"), taken(all));
        assertEquals(euro("-14.05"), all.stream().map(Discount::amount).reduce(euro("0.00"), Money::plus));
    }

    @Test
    void onlyWhatIsPaidIsMadeSmaller() {
        List<Line> bill = List.of(new Line(1, PLAN, euro("0.00")), new Line(2, PLAN, euro("-3.00")));

        assertEquals(List.of(), Discount.of(bill, List.of(coupon(1, new Share(1_000))), NONE));
        assertEquals(List.of(), Discount.of(BILL, List.of(coupon(1, new Share(1_000), new UUID(7, 7))), NONE));
    }

    /** A third off a line of one cent, bill after bill: what is not taken today is taken later. */
    @Test
    void fractionsOfACentAreCarriedNotLost() {
        List<Line> bill = List.of(new Line(1, PLAN, euro("0.01")));
        List<Coupon> third = List.of(coupon(1, new Share(3_300)));
        List<Long> taken = new ArrayList<>();
        BigDecimal carried = BigDecimal.ZERO;
        for (int i = 0; i < 100; i++) {
            BigDecimal in = carried;
            Discount discount =
                    Discount.of(bill, third, (line, redemption) -> in).getFirst();
            carried = discount.exact()
                    .add(discount.carriedIn())
                    .subtract(discount.amount().decimal());
            taken.add(discount.amount().minor());
        }

        assertEquals(-33, taken.stream().mapToLong(Long::longValue).sum());
        assertEquals(-1, taken.stream().mapToLong(Long::longValue).min().orElseThrow());
    }

    @Test
    void whatIsNoDiscountIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Share(0));
        assertThrows(IllegalArgumentException.class, () -> new Share(10_001));
        assertThrows(IllegalArgumentException.class, () -> new Sum(euro("0.00")));
        List<Coupon> dollars = List.of(coupon(1, new Sum(Money.of("1.00", "USD"))));
        assertThrows(IllegalArgumentException.class, () -> Discount.of(BILL, dollars, NONE));
    }
}
