package dev.berth.invoice;

import dev.berth.invoice.AddOnLines.Beside;
import dev.berth.invoice.Horizon.Place;
import dev.berth.invoice.Horizon.Seen;
import dev.berth.invoice.InvoiceLine.Subject;
import dev.berth.invoice.InvoiceLine.What;
import dev.berth.invoice.Suspended.Pauses;
import dev.berth.invoice.TariffStore.Unit;
import dev.berth.invoice.Used.Looked;
import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.OneOffPrice;
import dev.berth.rating.RatedLine;
import dev.berth.rating.Rater;
import dev.berth.rating.RecurringPrice;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.rating.TariffLine;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Computes the lines of an account's period from readings, history and tariffs. Writes nothing. */
@ApplicationScoped
class Drafts {
    private final Billed billed;
    private final TariffStore tariffs;
    private final Used used;
    private final AddOnLines addOns;
    private final DiscountLines discounts;
    private final Carries carries;
    private final Suspended suspended;
    private final SurplusCaps surplus;
    private final ResoldSurplus resold;

    Drafts(
            Billed billed,
            TariffStore tariffs,
            Used used,
            AddOnLines addOns,
            DiscountLines discounts,
            Carries carries,
            Suspended suspended,
            SurplusCaps surplus,
            ResoldSurplus resold) {
        this.suspended = suspended;
        this.surplus = surplus;
        this.resold = resold;
        this.billed = billed;
        this.tariffs = tariffs;
        this.used = used;
        this.addOns = addOns;
        this.discounts = discounts;
        this.carries = carries;
    }

    /** @param seen how far readings were looked at */
    record Computed(List<InvoiceLine> lines, Map<Place, Seen> seen) {
        Computed {
            lines = List.copyOf(lines);
        }
    }

    /** Lines in order of subscription and tariff position, those of add-ons after those of the plan, discounts last. */
    Computed bill(AccountId account, Currency currency, Span span, Horizon horizon) {
        List<Subscribed> subscribed = billed.of(account, span.period());
        Looked looked = Looked.to(horizon);
        List<InvoiceLine> full = lines(billing(account, subscribed, span, looked), subscribed, currency, span);
        // the house's coupons take nothing off a reseller's bills
        boolean retail = billed.retail(account, span.period());
        return new Computed(retail ? full : discounts.with(full, account, span.period()), looked.seen());
    }

    /** What stands on an account's bill for one VPS of its own, coupons with it; numbered from 1. */
    List<InvoiceLine> ofVps(AccountId account, UUID vpsId, Currency currency, Span span) {
        Period period = span.period();
        boolean retail = billed.retail(account, period);
        boolean whole = !retail && discounts.shared(account, period);
        List<Subscribed> subscribed = whole ? billed.of(account, period) : billed.ofVps(account, vpsId, period);
        List<InvoiceLine> full = lines(account, subscribed, currency, span);
        List<InvoiceLine> own = (retail ? full : discounts.with(full, account, period))
                .stream().filter(line -> line.subject().vpsId().equals(vpsId)).toList();
        Map<Integer, Integer> numbers = new HashMap<>();
        own.forEach(line -> numbers.put(line.n(), numbers.size() + 1));
        return own.stream().map(line -> line.renumbered(numbers)).toList();
    }

    /** Of an account's bill, before its coupons. */
    List<InvoiceLine> lines(AccountId account, List<Subscribed> subscribed, Currency currency, Span span) {
        return lines(billing(account, subscribed, span, Looked.now()), subscribed, currency, span);
    }

    private Billing billing(AccountId account, List<Subscribed> subscribed, Span span, Looked looked) {
        Period period = span.period();
        return new Billing(
                account,
                period,
                addOns.beside(subscribed, period),
                suspended.pauses(subscribed, span),
                looked,
                surplus.bill(account));
    }

    private List<InvoiceLine> lines(Billing billing, List<Subscribed> subscribed, Currency currency, Span span) {
        Period period = span.period();
        List<Carried> rated = new ArrayList<>();
        for (Subscribed one : subscribed) {
            one.within(period).ifPresent(part -> rated.addAll(rated(billing, one, span.with(part))));
        }
        List<InvoiceLine> lines = new ArrayList<>();
        for (Carried one : rated) {
            requireCurrency(one, currency);
            lines.add(line(lines.size() + 1, one, currency));
        }
        return List.copyOf(lines);
    }

    private record Billing(
            AccountId account, Period period, Beside beside, Pauses pauses, Looked looked, SurplusCaps.Bill surplus) {}

    /** The plan's lines, then those of add-ons. */
    private List<Carried> rated(Billing billing, Subscribed one, Span part) {
        List<Usage> byNode = used.byNode(one, part.period(), billing.looked());
        Slice slice = resold.capped(
                billing.surplus(),
                one,
                slice(one, part, byNode, billing),
                billing.looked().horizon());
        Tariff tariff = slice.tariff();
        List<Carried> lines = new ArrayList<>();
        for (RatedLine rated : Rater.rate(slice)) {
            Whose whose = new Whose(one, Optional.empty(), tariff.planName(), tariff.currency());
            lines.add(new Carried(whose, rated, carriedOver(billing, whose, rated), intervals(rated, byNode, slice)));
        }
        for (AddOnLines.Rated rated : addOns.rate(slice, one, billing.beside())) {
            RatedLine line = rated.line();
            Whose whose = new Whose(one, Optional.of(rated.addOn()), tariff.planName(), currencyOf(line));
            lines.add(new Carried(whose, line, carriedOver(billing, whose, line), rated.intervals()));
        }
        return lines;
    }

    private static Currency currencyOf(RatedLine line) {
        return switch (line.tariffLine().price()) {
            case RecurringPrice price -> price.perMonth().currency();
            case OneOffPrice price -> price.once().currency();
            default -> throw new IllegalStateException("add-ons have no price of " + line.tariffLine());
        };
    }

    /** Add-ons included in what is covered. */
    Slice slice(Subscribed one, Span part) {
        Billing alone = billing(one.account(), List.of(one), part, Looked.now());
        return slice(one, part, used.byNode(one, part.period(), alone.looked()), alone);
    }

    private Slice slice(Subscribed one, Span part, List<Usage> byNode, Billing billing) {
        return new Slice(
                one.id(),
                part.period(),
                one.begun(),
                tariffs.tariff(one.planVersion()),
                Usage.sum(part.period(), byNode),
                part.zone(),
                billing.beside().extras(one, part.period(), part.zone()),
                billing.pauses().of(one));
    }

    /** One for each node whose readings a line rests on; of a fee for time one for each stretch, with nothing in pauses. */
    private static List<RatedInterval> intervals(RatedLine rated, List<Usage> byNode, Slice slice) {
        if (rated.tariffLine().price().forTime()) {
            return slice.stretches().stream()
                    .map(stretch -> new RatedInterval(
                            stretch.period(), stretch.unitSeconds(), Optional.empty(), Optional.empty(), 0))
                    .toList();
        }
        if (rated.meter().isEmpty() || byNode.size() < 2) {
            return List.of(new RatedInterval(
                    rated.period(),
                    rated.quantity(),
                    rated.first(),
                    rated.last(),
                    rated.gaps().size()));
        }
        Meter meter = rated.meter().get();
        return byNode.stream()
                .map(usage -> new RatedInterval(
                        rated.period(),
                        usage.of(meter),
                        usage.first(),
                        usage.last(),
                        usage.gaps().size()))
                .toList();
    }

    private static void requireCurrency(Carried one, Currency currency) {
        if (!one.whose().currency().equals(currency)) {
            throw new IllegalStateException("price %s is in %s, the account in %s"
                    .formatted(one.rated().planVersion(), one.whose().currency(), currency));
        }
    }

    /**
     * @param addOn empty for the plan's own lines
     * @param currency of its price
     */
    private record Whose(Subscribed one, Optional<UUID> addOn, String planName, Currency currency) {}

    private record Carried(Whose whose, RatedLine rated, BigDecimal carriedIn, List<RatedInterval> intervals) {}

    private static InvoiceLine line(int n, Carried carried, Currency currency) {
        Subscribed one = carried.whose().one();
        RatedLine rated = carried.rated();
        return new InvoiceLine(
                n,
                new Subject(
                        one.id(),
                        one.vpsId(),
                        one.hostname(),
                        one.planVersion(),
                        carried.whose().planName()),
                what(carried),
                rated.quantity(),
                rated.included(),
                rated.exact(),
                carried.carriedIn(),
                Money.settled(rated.exact(), carried.carriedIn(), currency, false),
                carried.intervals());
    }

    private static What what(Carried carried) {
        TariffLine line = carried.rated().tariffLine();
        Unit unit = Unit.of(line.price());
        boolean fee = carried.whose().addOn().isPresent() && line.price() instanceof RecurringPrice;
        return new What(
                line.position(),
                fee ? InvoiceLine.ADD_ON : line.price().model(),
                carried.rated().meter(),
                line.label(),
                line.unitLabel(),
                unit.quantity(),
                unit.price(),
                carried.whose().addOn(),
                Optional.empty(),
                Optional.empty());
    }

    private BigDecimal carriedOver(Billing billing, Whose whose, RatedLine rated) {
        Carries.Key key = new Carries.Key(
                billing.account(), whose.one().id(), rated.tariffLine().position(), whose.addOn(), Optional.empty());
        return carries.over(key, billing.period());
    }
}
