package dev.berth.invoice;

import dev.berth.metering.Meter;
import dev.berth.metering.MeterReading;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Database;
import dev.berth.rating.SurplusCap;
import dev.berth.rating.UsagePrice;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What surplus of a VPS costs, and how much of it an amount of money is in the billing period under way. */
@ApplicationScoped
public class SurplusRoom {
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE / 4);

    private final Database database;
    private final PeriodStore periods;
    private final Billed billed;
    private final TariffStore tariffs;
    private final Drafts drafts;
    private final ReadingStore readings;
    private final InstantSource clock;

    SurplusRoom(
            Database database,
            PeriodStore periods,
            Billed billed,
            TariffStore tariffs,
            Drafts drafts,
            ReadingStore readings,
            InstantSource clock) {
        this.database = database;
        this.periods = periods;
        this.billed = billed;
        this.tariffs = tariffs;
        this.drafts = drafts;
        this.readings = readings;
        this.clock = clock;
    }

    /**
     * The billing period under way, of a VPS whose plan has a price of surplus.
     *
     * @param subscription that the price is of
     * @param from since when it counts in this period: the plan's beginning, or the period's
     * @param charged what surplus costs in it so far
     * @param chargedBefore what it costs at most on plans that the VPS was on before in this period
     * @param drawnMicros surplus drawn before {@code from}, since the context was made: as billing has it, as far as readings are known
     * @param settled whether the reading is known that ends the time before {@code from}
     */
    public record Room(
            SubscriptionId subscription,
            Period period,
            Instant from,
            UsagePrice price,
            Money charged,
            Money chargedBefore,
            long drawnMicros,
            boolean settled) {

        /** Base units that may be used from {@link #from} to the end without costing more than a cap. */
        public long granted(Money cap) {
            Money left = cap.minus(chargedBefore);
            return left.isPositive() ? SurplusCap.most(price, left).min(MOST).longValueExact() : 0;
        }
    }

    /** What the newest reading says was drawn since the context was made. */
    public record Seen(long creditMicros, long surplusMicros, Instant at) {}

    /** Empty where its plan has no price of surplus, or nobody has it any more. */
    public Optional<Room> of(UUID vpsId) {
        AccountId account = account(vpsId);
        Span span = periods.underWay(account);
        List<Subscribed> own = billed.of(account, span.period()).stream()
                .filter(one -> one.vpsId().equals(vpsId) && one.account().equals(account))
                .toList();
        return own.stream()
                .filter(one -> one.to().isEmpty() && one.within(span.period()).isPresent())
                .reduce((_, last) -> last)
                .flatMap(one ->
                        SurplusCaps.price(tariffs.tariff(one.planVersion())).map(price -> room(one, own, span, price)));
    }

    private AccountId account(UUID vpsId) {
        return database.one(
                        "SELECT account_id FROM vps WHERE id = ?", row -> new AccountId(row.uuid("account_id")), vpsId)
                .orElseThrow();
    }

    private Room room(Subscribed one, List<Subscribed> own, Span span, UsagePrice price) {
        Currency currency = price.perUnit().currency();
        Period part = one.within(span.period()).orElseThrow();
        List<Subscribed> before = own.stream().filter(o -> o.to().isPresent()).toList();
        Instant now = clock.instant();
        Money charged = span.period().from().isBefore(now)
                ? charged(own, span.with(new Period(span.period().from(), now)), currency)
                : Money.zero(currency);
        Money earlier = before.stream()
                .flatMap(o -> o.within(span.period()).stream()
                        .flatMap(p -> SurplusCaps.price(tariffs.tariff(o.planVersion())).stream()
                                .map(other -> SurplusCap.atMost(
                                        other,
                                        drafts.slice(o, span.with(p)).usage().of(Meter.CPU_SURPLUS)))))
                .reduce(Money.zero(currency), Money::plus);
        List<Timeline> timelines = one.nodes().stream()
                .map(node -> readings.timeline(
                        node, one.context(), new Period(part.from().minusMillis(1), part.from())))
                .toList();
        long drawn = timelines.stream()
                .mapToLong(timeline -> before(timeline, part.from()))
                .max()
                .orElse(0);
        boolean settled = timelines.stream().anyMatch(timeline -> ends(timeline, part.from()));
        return new Room(one.id(), span.period(), part.from(), price, charged, earlier, drawn, settled);
    }

    private Money charged(List<Subscribed> own, Span span, Currency currency) {
        return drafts.lines(own.getFirst().account(), own, currency, span).stream()
                .filter(line -> line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .map(InvoiceLine::amount)
                .reduce(Money.zero(currency), Money::plus);
    }

    /** The counter at an instant as bills have it: use between two readings is spread evenly. */
    private static long before(Timeline timeline, Instant instant) {
        if (timeline.readings().isEmpty()) {
            return 0;
        }
        MeterReading first = timeline.readings().getFirst();
        BigInteger surplus = first.counters().surplusMicros();
        return (first.at().isBefore(instant)
                        ? surplus.add(
                                timeline.usage(new Period(first.at(), instant)).of(Meter.CPU_SURPLUS))
                        : surplus)
                .longValueExact();
    }

    private static boolean ends(Timeline timeline, Instant instant) {
        return timeline.readings().stream().anyMatch(reading -> !reading.at().isBefore(instant));
    }

    /** What was drawn by the newest reading of any node that it was on. */
    public Optional<Seen> seen(UUID vpsId) {
        return database.one(
                "SELECT effective_at, COALESCE(cpu_credit_usec, 0) AS credit, COALESCE(cpu_surplus_usec, 0) AS surplus"
                        + " FROM reading WHERE context_id = ? AND node_id = (SELECT node_id FROM vps WHERE id = ?)"
                        + " ORDER BY effective_at DESC, seq DESC LIMIT 1",
                row -> new Seen(row.number("credit"), row.number("surplus"), row.instant("effective_at")),
                vpsId,
                vpsId);
    }
}
