package dev.berth.rating;

import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one unit of an add-on costs: for each calendar month, prorated to the second, and once when it is set up.
 *
 * @param version of the add-on
 */
public record AddOnPrice(UUID version, String name, UnitPrice perMonth, UnitPrice atStart) {
    /** Places of its lines. */
    private static final int MONTHLY = 0;

    private static final int AT_START = 1;

    public AddOnPrice {
        if (!perMonth.currency().equals(atStart.currency())) {
            throw new IllegalArgumentException(
                    "a price in %s has a set-up in %s".formatted(perMonth.currency(), atStart.currency()));
        }
    }

    /** So many units were there for so long. */
    public record Stretch(Period period, BigInteger units) {
        public Stretch {
            if (units.signum() < 0) {
                throw new IllegalArgumentException("%s units are negative".formatted(units));
            }
        }

        public BigInteger unitSeconds() {
            return units.multiply(BigInteger.valueOf(period.seconds()));
        }
    }

    /**
     * The part of an add-on that lies in a slice of its VPS' subscription.
     *
     * @param stretches that do not overlap, in order
     * @param newUnits how many units are set up in it
     */
    public record Part(SubscriptionId subscription, Period period, List<Stretch> stretches, int newUnits, ZoneId zone) {
        public Part {
            stretches = List.copyOf(stretches);
        }
    }

    /** A line for the months, quantity in unit-seconds, and one for what is set up, where that costs something. */
    public List<RatedLine> rate(Part part) {
        Ratio months = Ratio.ZERO;
        BigInteger unitSeconds = BigInteger.ZERO;
        for (Stretch stretch : part.stretches()) {
            Ratio share = MonthShare.of(stretch.period(), part.zone());
            months = months.plus(share.times(Ratio.of(stretch.units())));
            unitSeconds = unitSeconds.add(stretch.unitSeconds());
        }
        List<RatedLine> lines = new ArrayList<>();
        TariffLine monthly = new TariffLine(MONTHLY, name, "month", new RecurringPrice(perMonth));
        lines.add(line(part, monthly, unitSeconds, perMonth.times(months)));
        if (part.newUnits() > 0 && atStart.amount().signum() > 0) {
            TariffLine setUp = new TariffLine(AT_START, name + ", set-up", "unit", new OneOffPrice(atStart));
            BigInteger units = BigInteger.valueOf(part.newUnits());
            lines.add(line(part, setUp, units, atStart.times(Ratio.of(units))));
        }
        return List.copyOf(lines);
    }

    /** What is bought once, and has no fee: a line for its units. */
    public List<RatedLine> bought(Part part) {
        TariffLine once = new TariffLine(AT_START, name, "pack", new OneOffPrice(atStart));
        BigInteger units = BigInteger.valueOf(part.newUnits());
        return part.newUnits() == 0 ? List.of() : List.of(line(part, once, units, atStart.times(Ratio.of(units))));
    }

    private RatedLine line(Part part, TariffLine line, BigInteger quantity, Ratio exact) {
        BigDecimal amount = exact.toDecimal(Rater.DECIMALS);
        return new RatedLine(
                part.subscription(),
                version,
                line,
                part.period(),
                quantity,
                BigInteger.ZERO,
                amount,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
