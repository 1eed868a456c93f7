package dev.berth.rating;

import dev.berth.units.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What one coupon takes off one line of a bill.
 *
 * @param line the line that it makes smaller
 * @param exact in major units before rounding; not above zero
 * @param carriedIn fraction of a cent that the same discount left over last time
 * @param amount {@code exact + carriedIn}, rounded; not above zero, and with all others never more than the line
 */
public record Discount(int line, UUID redemption, BigDecimal exact, BigDecimal carriedIn, Money amount) {
    private static final int BASIS_POINTS = 4;

    /** What a coupon takes off. */
    public sealed interface Off permits Share, Sum {}

    /** @param basisPoints hundredths of a percent of each line */
    public record Share(int basisPoints) implements Off {
        public Share {
            if (basisPoints < 1 || basisPoints > 10_000) {
                throw new IllegalArgumentException("%d basis points are no discount".formatted(basisPoints));
            }
        }
    }

    /** @param most of one bill, taken off its lines in their order; what they do not take lapses */
    public record Sum(Money most) implements Off {
        public Sum {
            if (!most.isPositive()) {
                throw new IllegalArgumentException("%s is no discount".formatted(most));
            }
        }
    }

    /** @param of what it is for; empty for everything */
    public record Coupon(UUID redemption, Off off, Set<UUID> of) {
        public Coupon {
            of = Set.copyOf(of);
        }
    }

    /**
     * A line as coupons see it.
     *
     * @param of what is charged for: one of the ids in {@link Coupon#of}
     */
    public record Line(int n, UUID of, Money amount) {}

    /** The fraction of a cent that a coupon's discount of a line left over last time. */
    @FunctionalInterface
    public interface Carry {
        BigDecimal of(int line, UUID redemption);
    }

    /** In order of coupons, and of lines for each. A coupon sees what those before it left of a line. */
    public static List<Discount> of(List<Line> lines, List<Coupon> coupons, Carry carry) {
        Map<Integer, Money> left = new HashMap<>();
        lines.forEach(line -> left.put(line.n(), line.amount()));
        List<Discount> all = new ArrayList<>();
        for (Coupon coupon : coupons) {
            List<Line> eligible = lines.stream()
                    .filter(line -> coupon.of().isEmpty() || coupon.of().contains(line.of()))
                    .map(line -> new Line(line.n(), line.of(), left.getOrDefault(line.n(), line.amount())))
                    .filter(line -> line.amount().isPositive())
                    .toList();
            List<Discount> some = switch (coupon.off()) {
                case Share share -> shares(eligible, coupon.redemption(), share, carry);
                case Sum sum -> sums(eligible, coupon.redemption(), sum);
            };
            some.forEach(discount -> left.merge(discount.line(), discount.amount(), Money::plus));
            all.addAll(some);
        }
        return List.copyOf(all);
    }

    private static List<Discount> shares(List<Line> lines, UUID redemption, Share share, Carry carry) {
        BigDecimal part = BigDecimal.valueOf(share.basisPoints(), BASIS_POINTS);
        List<Discount> found = new ArrayList<>();
        for (Line line : lines) {
            BigDecimal exact = line.amount().decimal().multiply(part).negate();
            BigDecimal carriedIn = carry.of(line.n(), redemption);
            Money rounded = Money.settled(exact, carriedIn, line.amount().currency(), true);
            found.add(new Discount(line.n(), redemption, exact, carriedIn, within(rounded, line.amount())));
        }
        return found;
    }

    /** Not above zero, and not more than the line. */
    private static Money within(Money discount, Money line) {
        return new Money(Math.clamp(discount.minor(), -line.minor(), 0L), line.currency());
    }

    private static List<Discount> sums(List<Line> lines, UUID redemption, Sum sum) {
        long left = sum.most().minor();
        List<Discount> found = new ArrayList<>();
        for (Line line : lines) {
            if (!line.amount().currency().equals(sum.most().currency())) {
                throw new IllegalArgumentException("%s off a line of %s".formatted(sum.most(), line.amount()));
            }
            long taken = Math.min(left, line.amount().minor());
            if (taken > 0) {
                Money amount = new Money(-taken, line.amount().currency());
                found.add(new Discount(line.n(), redemption, amount.decimal(), BigDecimal.ZERO, amount));
            }
            left -= taken;
        }
        return found;
    }
}
