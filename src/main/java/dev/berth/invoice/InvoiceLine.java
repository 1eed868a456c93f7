package dev.berth.invoice;

import dev.berth.metering.Meter;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A line of a draft or an invoice.
 *
 * @param n 1, 2, 3 …
 * @param what what is charged for and at which price
 * @param quantity in the meter's base units; seconds for a fee, 1 for a one-off
 * @param included how much of it the fee covers
 * @param exact price in major units before rounding
 * @param carriedIn fraction of a cent that the subscription's same line left over last time; may be negative
 * @param amount {@code exact + carriedIn}, rounded
 */
public record InvoiceLine(
        int n,
        Subject subject,
        What what,
        BigInteger quantity,
        BigInteger included,
        BigDecimal exact,
        BigDecimal carriedIn,
        Money amount,
        List<RatedInterval> intervals) {
    /** Model of an add-on's fee: its quantity is in seconds of one unit. */
    static final String ADD_ON = "ADD_ON";

    /** Model of what a coupon takes off another line: not above zero, once for each bill. */
    static final String DISCOUNT = "DISCOUNT";

    /** Model of what readings that came late change of an earlier bill; may be below zero. */
    static final String CORRECTION = "CORRECTION";

    private static final Set<String> FOR_TIME = Set.of("RECURRING", "HOURLY");

    static final int MAX_LABEL = 120;

    public InvoiceLine {
        intervals = List.copyOf(intervals);
    }

    /** Whose line it is, as things were called then. */
    public record Subject(
            SubscriptionId subscription, UUID vpsId, String hostname, UUID planVersion, String planName) {}

    /**
     * @param position of the tariff's line
     * @param unitQuantity base units that {@code unitPrice} is for
     * @param unitPrice of the first tier for a tiered price
     * @param addOn which of a VPS' add-ons it is for; empty for the plan's own lines
     * @param off of a discount, whose place and add-on are those of the line that it makes smaller
     * @param corrects of a correction, whose place and add-on are those of the line that it corrects
     */
    public record What(
            int position,
            String model,
            Optional<Meter> meter,
            String label,
            String unitLabel,
            BigInteger unitQuantity,
            BigDecimal unitPrice,
            Optional<UUID> addOn,
            Optional<Off> off,
            Optional<Corrects> corrects) {
        /** The coupon's whose discount it is, or that it corrects. */
        Optional<UUID> redemption() {
            return off.map(Off::redemption).or(() -> corrects.flatMap(Corrects::redemption));
        }
    }

    /**
     * What a discount is of.
     *
     * @param redemption of the coupon
     * @param line which it makes smaller
     */
    public record Off(UUID redemption, int line) {}

    /**
     * What a correction is of.
     *
     * @param of the closed period
     * @param number of its invoice; empty where nothing was due then
     * @param period its time
     * @param line its line; empty where it has none
     * @param redemption of a discount's correction the coupon's
     */
    public record Corrects(
            InvoiceId of, Optional<String> number, Period period, Optional<Integer> line, Optional<UUID> redemption) {}

    /** What tells it from the other lines of its bill, and finds it on the next one. */
    public String key() {
        return carryKey()
                + what.corrects().map(corrects -> " of " + corrects.of()).orElse("");
    }

    /** The same at another place, where the lines of its bill have got these numbers. */
    InvoiceLine renumbered(Map<Integer, Integer> numbers) {
        What moved = new What(
                what.position(),
                what.model(),
                what.meter(),
                what.label(),
                what.unitLabel(),
                what.unitQuantity(),
                what.unitPrice(),
                what.addOn(),
                what.off().map(off -> new Off(off.redemption(), numbers.getOrDefault(off.line(), off.line()))),
                what.corrects());
        int other = numbers.getOrDefault(n, n);
        return new InvoiceLine(other, subject, moved, quantity, included, exact, carriedIn, amount, intervals);
    }

    /** What it is for, bill after bill: a correction carries on what the line itself has left over. */
    String carryKey() {
        return key(subject.subscription().value(), what.position(), what.addOn(), what.redemption());
    }

    static String key(UUID subscription, int position, Optional<UUID> addOn, Optional<UUID> redemption) {
        return subscription + "/" + position
                + addOn.map(id -> "/" + id).orElse("")
                + redemption.map(id -> "/" + id).orElse("");
    }

    /** Seconds of a fee for time in which it stood still, because the VPS was suspended. */
    public BigInteger pausedSeconds() {
        if (!FOR_TIME.contains(what.model())) {
            return BigInteger.ZERO;
        }
        return intervals.stream()
                .filter(interval -> interval.quantity().signum() == 0)
                .map(interval -> BigInteger.valueOf(interval.period().seconds()))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The fraction of a cent that is left for the next time. */
    public BigDecimal carriedOut() {
        return exact.add(carriedIn).subtract(amount.decimal());
    }
}
