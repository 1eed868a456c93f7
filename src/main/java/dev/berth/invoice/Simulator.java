package dev.berth.invoice;

import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.NewVersion;
import dev.berth.catalog.Plan;
import dev.berth.catalog.PlanDesk;
import dev.berth.invoice.Estimates.Estimate;
import dev.berth.invoice.Estimates.Line;
import dev.berth.invoice.SubscriptionStore.Payer;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Memo;
import dev.berth.platform.Problem;
import dev.berth.rating.Forecast;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What would be paid on another plan, later, or at another price, add-ons with it and less coupons: the bill's own computation
 * over the same readings, without tax and fractions of a cent carried from bill to bill. What is compared is without one-off prices.
 * Writes nothing.
 */
@ApplicationScoped
public class Simulator {
    /** Periods looked back on at most. */
    static final int MAX_PERIODS = 12;
    /** Accounts in a staff's answer at most: those that pay most more. */
    private static final int MAX_ACCOUNTS = 500;
    /** VPS that are priced for it at most: some milliseconds each, for somebody who waits. */
    private static final int MAX_PRICED = 10_000;

    private static final Duration ZONES_DIFFER = Duration.ofDays(2);

    private final SubscriptionStore subscriptions;
    private final Estimates estimates;
    private final CatalogService catalog;
    private final PlanDesk desk;
    private final AccountService accounts;
    private final Tenancy tenancy;
    private final Database database;
    private final BillingCalendar calendar;
    private final PeriodStore periods;
    private final Billed billed;
    private final TariffStore tariffs;
    private final InstantSource clock;

    Simulator(
            SubscriptionStore subscriptions,
            Estimates estimates,
            CatalogService catalog,
            PlanDesk desk,
            AccountService accounts,
            Tenancy tenancy,
            Database database,
            BillingCalendar calendar,
            PeriodStore periods,
            Billed billed,
            TariffStore tariffs,
            InstantSource clock) {
        this.billed = billed;
        this.tariffs = tariffs;
        this.subscriptions = subscriptions;
        this.estimates = estimates;
        this.catalog = catalog;
        this.desk = desk;
        this.accounts = accounts;
        this.tenancy = tenancy;
        this.database = database;
        this.calendar = calendar;
        this.periods = periods;
        this.clock = clock;
    }

    /** @param period as far as it has passed */
    public record Compared(Period period, Money present, Money other) {}

    /**
     * Periods of a VPS as they were priced, and as another plan would have priced them.
     *
     * @param plan as it is sold now
     * @param periods oldest first; the one under way is the last
     * @param unpriced those that a reseller bills who has no price for the plan, as far as they have passed; in no sum
     */
    public record Comparison(
            UUID vpsId, Plan plan, List<Compared> periods, List<Period> unpriced, Money present, Money other) {
        public Comparison {
            periods = List.copyOf(periods);
            unpriced = List.copyOf(unpriced);
        }
    }

    /**
     * @param slug of a plan for sale
     * @param count of billing periods before the one under way
     */
    public Comparison compare(Caller caller, UUID vpsId, String slug, int count) {
        if (count < 0 || count > MAX_PERIODS) {
            throw Problem.invalid("periods", "must be from 0 to " + MAX_PERIODS);
        }
        AccountId account = visible(caller, vpsId);
        Currency currency = currency(account);
        Plan plan = catalog.bySlug(slug, account.value())
                .orElseThrow(() -> Problem.invalid("plan", "names no plan that is for sale"));
        if (!plan.currency().equals(currency.getCurrencyCode())) {
            throw Problem.invalid("plan", "is not sold in " + currency);
        }
        List<Compared> periods = new ArrayList<>();
        List<Period> unpriced = new ArrayList<>();
        for (Span span : passed(account, count)) {
            Estimate present = estimates.of(account, vpsId, currency, span);
            if (present.parts().stream().anyMatch(part -> part.of(vpsId))) {
                priced(account, plan, span.period())
                        .ifPresentOrElse(
                                then -> periods.add(compared(vpsId, present, then)), () -> unpriced.add(span.period()));
            }
        }
        return new Comparison(
                vpsId,
                plan,
                periods,
                unpriced,
                sum(periods, Compared::present, currency),
                sum(periods, Compared::other, currency));
    }

    /** A plan at the prices of who bills a period: on a reseller's bill is no plan of the house. */
    private Optional<Plan> priced(AccountId account, Plan plan, Period period) {
        Plan below = catalog.below(plan);
        if (!billed.retail(account, period)) {
            return Optional.of(below);
        }
        return below.equals(plan) ? Optional.empty() : Optional.of(plan);
    }

    private Compared compared(UUID vpsId, Estimate present, Plan plan) {
        Tariff other = TariffStore.tariff(plan);
        Estimate then = present.map(part -> part.of(vpsId) ? part.on(other, plan.versionId()) : part);
        return new Compared(present.period(), monthly(present, vpsId), monthly(then, vpsId));
    }

    /**
     * What a VPS will cost in the billing period under way.
     *
     * @param expected if it is used until the period's end as it was so far
     */
    public record Expected(UUID vpsId, Period period, Instant until, Money soFar, Money expected) {}

    public Expected forecast(Caller caller, UUID vpsId) {
        AccountId account = visible(caller, vpsId);
        Currency currency = currency(account);
        Instant now = clock.instant();
        Period period = periods.underWay(account).period();
        Money soFar = Money.zero(currency);
        Money expected = Money.zero(currency);
        for (Span span : passed(account, 0)) {
            Estimate passed = estimates.of(account, vpsId, currency, span);
            Estimate whole = passed.map(part -> part.with(goesOn(part.slice(), now, period.to())));
            soFar = soFar.plus(estimates.price(passed, line -> line.of(vpsId)));
            expected = expected.plus(estimates.price(whole, line -> line.of(vpsId)));
        }
        return new Expected(vpsId, period, now, soFar, expected);
    }

    private Money monthly(Estimate estimate, UUID vpsId) {
        return estimates.price(estimate, line -> line.of(vpsId) && !line.oneOff());
    }

    /** What has ended stays as it is; the rest of the second that a VPS begins in says nothing yet. */
    private static Slice goesOn(Slice slice, Instant now, Instant end) {
        boolean ended = slice.period().to().isBefore(now) || slice.period().seconds() < 1;
        return ended ? slice : Forecast.until(slice, end);
    }

    /** @param more what the account would have paid above what it was priced at; negative where less */
    public record Touched(UUID accountId, String name, long servers, Money present, Money other, Money more) {}

    /**
     * Who would have paid the house what for a plan's VPS in its last whole billing period, had this been the price of all versions.
     *
     * @param accounts those that pay most more first
     * @param left how many accounts more there are
     * @param unseen accounts that were not looked at, because others have as many VPS or more and all that are priced at most; in no sum
     * @param present of all accounts that were, also of those that are left out
     * @param other the same
     */
    public record Impact(
            Plan plan, Period period, List<Touched> accounts, long left, long unseen, Money present, Money other) {
        public Impact {
            accounts = List.copyOf(accounts);
        }

        public Money more() {
            return other.minus(present);
        }
    }

    /** Staff: nothing is stored, and nobody's price changes. */
    public Impact impact(Caller caller, String slug, NewVersion version) {
        return impact(caller, slug, version, MAX_PRICED);
    }

    /** @param most VPS are priced */
    Impact impact(Caller caller, String slug, NewVersion version, int most) {
        Tenancy.requireStaff(caller);
        Plan proposed = desk.proposed(slug, version);
        Tariff other = TariffStore.tariff(proposed);
        Set<UUID> versions = Set.copyOf(
                database.list("SELECT id FROM plan_version WHERE plan_id = ?", row -> row.uuid("id"), proposed.id()));
        Instant now = clock.instant();
        Period last = before(now);
        // the last whole month of every zone: where it is still the month before, that is one month earlier
        Period anywhere = new Period(
                before(now.minus(ZONES_DIFFER)).from().minus(ZONES_DIFFER),
                last.to().plus(ZONES_DIFFER));
        List<Payer> payers = subscriptions.payers(proposed.id(), anywhere);
        List<Payer> seen = first(payers, most);
        List<Touched> touched = new ArrayList<>();
        tariffs.remembering(() -> seen.forEach(one ->
                Memo.during(() -> touched(one.account(), versions, other)).ifPresent(touched::add)));
        touched.sort(Comparator.comparing(Touched::more).reversed());
        return new Impact(
                proposed,
                last,
                touched.stream().limit(MAX_ACCOUNTS).toList(),
                Math.max(0, touched.size() - MAX_ACCOUNTS),
                payers.size() - seen.size(),
                sum(touched, Touched::present, other.currency()),
                sum(touched, Touched::other, other.currency()));
    }

    /** As many as have so many VPS together at most, and one in any case: less than one account says nothing. */
    private static List<Payer> first(List<Payer> payers, int most) {
        List<Payer> first = new ArrayList<>();
        long servers = 0;
        for (Payer payer : payers) {
            servers += payer.servers();
            if (servers > most && !first.isEmpty()) {
                return first;
            }
            first.add(payer);
        }
        return first;
    }

    /** The whole period before the one that an instant lies in, for accounts without a zone of their own. */
    private Period before(Instant instant) {
        return calendar.containing(calendar.containing(instant).from().minusNanos(1));
    }

    /** Each VPS is its payer's: a reseller's customer whom the reseller bills is not touched by the house's prices. */
    private Optional<Touched> touched(AccountId account, Set<UUID> versions, Tariff other) {
        Span underWay = periods.underWay(account);
        Span last = periods.before(account, underWay.period().from(), underWay.zone());
        List<Subscribed> subscribed = billed.of(account, last.period()).stream()
                .filter(one -> versions.contains(one.planVersion()))
                .toList();
        if (subscribed.isEmpty()) {
            return Optional.empty();
        }
        Set<SubscriptionId> onPlan = subscribed.stream().map(Subscribed::id).collect(Collectors.toSet());
        Estimate present = estimates.of(account, subscribed, other.currency(), last);
        // coupons for the plan are for its next version, too: it keeps the place of the one it had
        Estimate then = present.map(part -> onPlan.contains(part.one().id()) ? part.on(other, part.offer()) : part);
        Predicate<Line> touches = line -> onPlan.contains(line.part().one().id()) && !line.oneOff();
        Money was = estimates.price(present, touches);
        Money would = estimates.price(then, touches);
        long servers = subscribed.stream().map(Subscribed::vpsId).distinct().count();
        String name = accounts.byId(account.value()).name();
        return Optional.of(new Touched(account.value(), name, servers, was, would, would.minus(was)));
    }

    private AccountId visible(Caller caller, UUID vpsId) {
        UUID account = database.one("SELECT account_id FROM vps WHERE id = ?", row -> row.uuid("account_id"), vpsId)
                .orElseThrow(() -> Problem.notFound("VPS"));
        tenancy.requireSee(caller, account, "VPS");
        return new AccountId(account);
    }

    private Currency currency(AccountId account) {
        return Currency.getInstance(accounts.byId(account.value()).currency());
    }

    /** So many periods that are over, oldest first, and what has passed of the one under way. */
    private List<Span> passed(AccountId account, int count) {
        Instant now = clock.instant();
        List<Span> spans = new ArrayList<>();
        Span underWay = periods.underWay(account);
        Instant start = underWay.period().from();
        if (start.isBefore(now)) {
            spans.add(underWay.with(new Period(start, now)));
        }
        for (int i = 0; i < count; i++) {
            Span before = periods.before(account, start, underWay.zone());
            spans.addFirst(before);
            start = before.period().from();
        }
        return spans;
    }

    private static <T> Money sum(List<T> all, Function<T, Money> part, Currency currency) {
        return all.stream().map(part).reduce(Money.zero(currency), Money::plus);
    }
}
