package dev.berth.invoice;

import dev.berth.invoice.InvoiceLine.Subject;
import dev.berth.invoice.InvoiceLine.What;
import dev.berth.invoice.TariffStore.Unit;
import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Database;
import dev.berth.rating.RatedLine;
import dev.berth.rating.Rater;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/** Computes the lines of an account's period from readings, history and tariffs. Writes nothing. */
@ApplicationScoped
class Drafts {
    private final SubscriptionStore subscriptions;
    private final TariffStore tariffs;
    private final ReadingStore readings;
    private final Database database;
    private final BillingCalendar calendar;

    Drafts(
            SubscriptionStore subscriptions,
            TariffStore tariffs,
            ReadingStore readings,
            Database database,
            BillingCalendar calendar) {
        this.subscriptions = subscriptions;
        this.tariffs = tariffs;
        this.readings = readings;
        this.database = database;
        this.calendar = calendar;
    }

    /** Lines in order of subscription and tariff position. */
    List<InvoiceLine> lines(AccountId account, Currency currency, Period period) {
        return lines(subscriptions.ofAccount(account, period), currency, period);
    }

    List<InvoiceLine> lines(List<Subscribed> subscribed, Currency currency, Period period) {
        List<InvoiceLine> lines = new ArrayList<>();
        for (Subscribed one : subscribed) {
            Optional<Period> part = one.within(period);
            if (part.isPresent()) {
                List<Usage> byNode = byNode(one, part.get());
                Slice slice = slice(one, part.get(), byNode);
                requireCurrency(slice.tariff(), currency);
                for (RatedLine rated : Rater.rate(slice)) {
                    BigDecimal carriedIn =
                            carriedOver(one.id(), rated.tariffLine().position(), period);
                    Carried carried = new Carried(rated, carriedIn, intervals(rated, byNode));
                    lines.add(line(lines.size() + 1, one, slice.tariff(), carried));
                }
            }
        }
        return List.copyOf(lines);
    }

    Slice slice(Subscribed one, Period part) {
        return slice(one, part, byNode(one, part));
    }

    private Slice slice(Subscribed one, Period part, List<Usage> byNode) {
        return new Slice(
                one.id(),
                part,
                one.begun(),
                tariffs.tariff(one.planVersion()),
                Usage.sum(part, byNode),
                calendar.zone());
    }

    /** What it used on each of its nodes: each has a journal of its own, and no step leads from one to the next. */
    private List<Usage> byNode(Subscribed one, Period part) {
        List<Ask> asks = one.nodes().stream()
                .map(node -> new Ask(node, one.context(), part))
                .toList();
        return readings.timelines(asks).stream()
                .map(timeline -> timeline.usage(part))
                .filter(usage -> usage.first().isPresent())
                .toList();
    }

    /** One for each node whose readings a line rests on. */
    private static List<RatedInterval> intervals(RatedLine rated, List<Usage> byNode) {
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

    private static void requireCurrency(Tariff tariff, Currency currency) {
        if (!tariff.currency().equals(currency)) {
            throw new IllegalStateException("tariff %s is in %s, the account in %s"
                    .formatted(tariff.planVersion(), tariff.currency(), currency));
        }
    }

    private record Carried(RatedLine rated, BigDecimal carriedIn, List<RatedInterval> intervals) {}

    private static InvoiceLine line(int n, Subscribed one, Tariff tariff, Carried carried) {
        RatedLine rated = carried.rated();
        Unit unit = Unit.of(rated.tariffLine().price());
        return new InvoiceLine(
                n,
                new Subject(one.id(), one.vpsId(), one.hostname(), tariff.planVersion(), tariff.planName()),
                new What(
                        rated.tariffLine().position(),
                        rated.tariffLine().price().model(),
                        rated.meter(),
                        rated.tariffLine().label(),
                        rated.tariffLine().unitLabel(),
                        unit.quantity(),
                        unit.price()),
                rated.quantity(),
                rated.included(),
                rated.exact(),
                carried.carriedIn(),
                Money.rounded(rated.exact().add(carried.carriedIn()), tariff.currency()),
                carried.intervals());
    }

    private record Last(BigDecimal exact, BigDecimal carriedIn, long amount, Currency currency) {
        BigDecimal carriedOut() {
            return exact.add(carriedIn).subtract(new Money(amount, currency).decimal());
        }
    }

    /** The fraction of a cent that the newest closed period before this one left over. */
    private BigDecimal carriedOver(SubscriptionId subscription, int position, Period before) {
        return database.one(
                        "SELECT l.exact, l.carried_in, l.amount, a.currency FROM invoice_line l"
                                + " JOIN billing_period p ON p.id = l.invoice_id JOIN account a ON a.id = p.account_id"
                                + " WHERE l.subscription_id = ? AND l.tariff_position = ? AND p.period_from < ?"
                                + " ORDER BY p.period_from DESC LIMIT 1",
                        row -> new Last(
                                row.decimal("exact"),
                                row.decimal("carried_in"),
                                row.number("amount"),
                                Currency.getInstance(row.text("currency"))),
                        subscription.value(),
                        position,
                        before.from())
                .map(Last::carriedOut)
                .orElse(BigDecimal.ZERO);
    }
}
