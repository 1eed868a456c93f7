package dev.berth.invoice;

import dev.berth.rating.Discount;
import dev.berth.rating.OneOffPrice;
import dev.berth.rating.RatedLine;
import dev.berth.rating.Rater;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Prices bills that are not, or not yet: as a bill is, line by line, in the same order, with the cap on surplus and less what
 * coupons take off. Nothing is carried to them from bills before. Writes nothing.
 */
@ApplicationScoped
class Estimates {
    private final Billed billed;
    private final Drafts drafts;
    private final AddOnLines addOns;
    private final DiscountLines discounts;
    private final SurplusCaps surplus;
    private final ResoldSurplus resold;

    Estimates(
            Billed billed,
            Drafts drafts,
            AddOnLines addOns,
            DiscountLines discounts,
            SurplusCaps surplus,
            ResoldSurplus resold) {
        this.resold = resold;
        this.billed = billed;
        this.drafts = drafts;
        this.addOns = addOns;
        this.discounts = discounts;
        this.surplus = surplus;
    }

    /**
     * A subscription on a bill.
     *
     * @param offer what coupons know the plan's lines by: a version of a plan
     */
    record Part(Subscribed one, Slice slice, UUID offer) {
        boolean of(UUID vpsId) {
            return one.vpsId().equals(vpsId);
        }

        Part with(Slice other) {
            return new Part(one, other, offer);
        }

        Part on(Tariff tariff, UUID version) {
            return new Part(one, slice.on(tariff), version);
        }
    }

    /**
     * A bill, or as much of one as is needed to price what is asked for.
     *
     * @param period whose coupons count
     */
    record Estimate(AccountId account, Currency currency, Period period, List<Part> parts) {
        Estimate {
            parts = List.copyOf(parts);
        }

        Estimate map(UnaryOperator<Part> change) {
            return new Estimate(
                    account, currency, period, parts.stream().map(change).toList());
        }
    }

    /** A line, less what coupons take off it. */
    record Line(Part part, boolean oneOff, Money left) {
        boolean of(UUID vpsId) {
            return part.of(vpsId);
        }
    }

    /** To price one VPS of the account's own. */
    Estimate of(AccountId account, UUID vpsId, Currency currency, Span span) {
        List<Subscribed> needed =
                whole(account, span) ? billed.of(account, span.period()) : billed.ofVps(account, vpsId, span.period());
        return new Estimate(account, currency, span.period(), parts(needed, span));
    }

    /** To price some of the subscriptions that an account is billed for. */
    Estimate of(AccountId account, List<Subscribed> asked, Currency currency, Span span) {
        List<Subscribed> needed = whole(account, span) ? billed.of(account, span.period()) : asked;
        return new Estimate(account, currency, span.period(), parts(needed, span));
    }

    /** Whether a coupon's amount goes to one line after the other: the lines before take from it. */
    private boolean whole(AccountId account, Span span) {
        return !billed.retail(account, span.period()) && discounts.shared(account, span.period());
    }

    private List<Part> parts(List<Subscribed> subscribed, Span span) {
        return subscribed.stream()
                .flatMap(one -> one
                        .within(span.period())
                        .map(period -> new Part(one, drafts.slice(one, span.with(period)), one.planVersion()))
                        .stream())
                .toList();
    }

    /** Of the lines that are asked for. */
    Money price(Estimate estimate, Predicate<Line> asked) {
        return lines(estimate).stream()
                .filter(asked)
                .map(Line::left)
                .reduce(Money.zero(estimate.currency()), Money::plus);
    }

    private List<Line> lines(Estimate estimate) {
        List<Line> full = new ArrayList<>();
        List<Discount.Line> seen = new ArrayList<>();
        SurplusCaps.Bill caps = surplus.bill(estimate.account());
        for (Part part : estimate.parts()) {
            Slice slice = resold.capped(caps, part.one(), part.slice(), Horizon.NOW);
            for (RatedLine line : Rater.rate(slice)) {
                add(full, seen, new Rated(part, part.offer(), line));
            }
            AddOnLines.Beside beside = addOns.beside(List.of(part.one()), slice.period());
            for (AddOnLines.Rated line : addOns.rate(slice, part.one(), beside)) {
                add(full, seen, new Rated(part, line.addOn(), line.line()));
            }
        }
        return billed.retail(estimate.account(), estimate.period()) ? full : less(full, seen, estimate);
    }

    private record Rated(Part part, UUID offer, RatedLine line) {}

    private static void add(List<Line> full, List<Discount.Line> seen, Rated rated) {
        Money amount = Money.rounded(
                rated.line().exact(), rated.part().slice().tariff().currency());
        boolean oneOff = rated.line().tariffLine().price() instanceof OneOffPrice;
        full.add(new Line(rated.part(), oneOff, amount));
        seen.add(new Discount.Line(full.size(), rated.offer(), amount));
    }

    private List<Line> less(List<Line> full, List<Discount.Line> seen, Estimate estimate) {
        Map<Integer, Money> off = new HashMap<>();
        discounts
                .estimated(seen, estimate.account(), estimate.period())
                .forEach(discount -> off.merge(discount.line(), discount.amount(), Money::plus));
        List<Line> left = new ArrayList<>();
        for (Line line : full) {
            Money none = Money.zero(line.left().currency());
            Money less = off.getOrDefault(left.size() + 1, none);
            left.add(new Line(line.part(), line.oneOff(), line.left().plus(less)));
        }
        return left;
    }
}
