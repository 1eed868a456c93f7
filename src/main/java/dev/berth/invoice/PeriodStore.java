package dev.berth.invoice;

import dev.berth.invoice.SubscriptionStore.Held;
import dev.berth.party.BillingProfiles;
import dev.berth.party.BillingProfiles.ProfileZones;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Billing periods of accounts: opened one after the other, each closed once. */
@ApplicationScoped
class PeriodStore {
    private static final Logger LOG = Logger.getLogger(PeriodStore.class);
    /** Periods opened for one account in one go; the next run opens more. */
    private static final int MAX_OPENED = 1_000;
    /** Accounts whose periods are opened together. */
    private static final int PAGE = 200;

    private final Database database;
    private final SubscriptionStore subscriptions;
    private final BillingCalendar calendar;
    private final BillingProfiles profiles;
    private final Transactions transactions;
    private final InstantSource clock;
    private final WhileSuspended whileSuspended;

    PeriodStore(
            Database database,
            SubscriptionStore subscriptions,
            BillingCalendar calendar,
            BillingProfiles profiles,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.billing.while-suspended") WhileSuspended whileSuspended) {
        this.whileSuspended = whileSuspended;
        this.database = database;
        this.profiles = profiles;
        this.transactions = transactions;
        this.subscriptions = subscriptions;
        this.calendar = calendar;
        this.clock = clock;
    }

    private record Reach(AccountId account, Instant first, Instant last, Optional<Instant> billed) {
        /** Where the next period begins. */
        Instant next(BillingCalendar calendar, ZoneId zone) {
            return billed.orElseGet(() -> calendar.containing(first, zone).from());
        }
    }

    /** Opens the periods that have begun in which the account has a subscription. */
    void open(AccountId account) {
        open(List.of(account.value()));
    }

    /** Page by page: how many accounts there are costs no memory. */
    void openAll() {
        Optional<UUID> last = Optional.empty();
        do {
            List<UUID> page = lacking(last);
            tryOpen(page);
            last = page.size() < PAGE ? Optional.empty() : Optional.of(page.getLast());
        } while (last.isPresent());
    }

    /** Accounts that no period is open of which goes on still, by id. */
    private List<UUID> lacking(Optional<UUID> after) {
        return database.list(
                "SELECT a.id FROM account a WHERE (? IS NULL OR a.id > ?) AND NOT EXISTS (SELECT 1 FROM billing_period b"
                        + " WHERE b.account_id = a.id AND b.period_to > ?) ORDER BY a.id LIMIT ?",
                row -> row.uuid("id"),
                after,
                after,
                clock.instant(),
                PAGE);
    }

    private List<Reach> reaches(List<UUID> accounts) {
        List<Object> values = new ArrayList<>(accounts);
        values.add(clock.instant());
        return database.list(
                "SELECT s.account_id, MIN(s.valid_from) AS first,"
                        + " MAX(COALESCE(s.valid_to, CAST('9999-01-01' AS DATETIME(6)))) AS last,"
                        + " (SELECT MAX(b.period_to) FROM billing_period b WHERE b.account_id = s.account_id) AS billed"
                        + " FROM (" + SubscriptionStore.BILLED + ") s WHERE s.account_id IN (" + marks(accounts) + ")"
                        + " GROUP BY s.account_id HAVING billed IS NULL OR (billed <= ? AND billed < last)",
                row -> new Reach(
                        new AccountId(row.uuid("account_id")),
                        row.instant("first"),
                        row.instant("last"),
                        row.optionalInstant("billed")),
                values.toArray());
    }

    /** What is wrong with one account stops no other's periods; the next run tries it again. */
    private void tryOpen(List<UUID> accounts) {
        if (accounts.isEmpty()) {
            return;
        }
        try {
            open(accounts);
        } catch (RuntimeException e) {
            if (accounts.size() == 1) {
                LOG.errorf(e, "periods of account %s cannot be opened", accounts.getFirst());
                return;
            }
            int half = accounts.size() / 2;
            tryOpen(accounts.subList(0, half));
            tryOpen(accounts.subList(half, accounts.size()));
        }
    }

    /** Under the accounts' locks: no two replicas cut by different zones. */
    private void open(List<UUID> accounts) {
        List<Reach> seen = reaches(accounts);
        if (seen.isEmpty()) {
            return;
        }
        List<UUID> lacking =
                seen.stream().map(reach -> reach.account().value()).sorted().toList();
        transactions.run(() -> {
            database.list(
                    "SELECT id FROM account WHERE id IN (" + marks(lacking) + ") ORDER BY id FOR UPDATE",
                    row -> row.uuid("id"),
                    lacking.toArray());
            ProfileZones zones = profiles.zones(lacking);
            Map<AccountId, List<Held>> held = subscriptions.held(lacking);
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (Reach reach : reaches(lacking)) {
                openLocked(reach, zones, held.getOrDefault(reach.account(), List.of()), rows);
            }
            database.updateAll(
                    "INSERT IGNORE INTO billing_period (id, account_id, period_from, period_to, next_attempt_at, time_zone,"
                            + " while_suspended) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    rows);
        });
    }

    private static String marks(List<UUID> ids) {
        return String.join(", ", Collections.nCopies(ids.size(), "?"));
    }

    private void openLocked(Reach reach, ProfileZones zones, List<Held> held, List<@Nullable Object[]> rows) {
        Instant now = clock.instant();
        UUID account = reach.account().value();
        Instant start = reach.next(calendar, zones.at(account, reach.first()));
        for (int i = 0; i < MAX_OPENED && !start.isAfter(now) && start.isBefore(reach.last()); i++) {
            ZoneId zone = zones.at(account, start);
            Period period = calendar.from(start, zone);
            if (held.stream().anyMatch(one -> one.touches(period))) {
                rows.add(row(account, period, zone));
            }
            start = period.to();
        }
    }

    private @Nullable Object[] row(UUID account, Period period, ZoneId zone) {
        return new @Nullable Object[] {
            Ids.next(clock), account, period.from(), period.to(), period.to(), zone.getId(), whileSuspended
        };
    }

    /** The billing period that is under way; what it would be for an account that has nothing. */
    Span underWay(AccountId account) {
        Optional<DuePeriod> opened = current(account);
        if (opened.isPresent()) {
            return opened.get().span();
        }
        ZoneId zone = profiles.zoneAt(account.value(), clock.instant());
        return new Span(calendar.containing(clock.instant(), zone), zone, whileSuspended);
    }

    /** The billing period that ended then; what it would have been where the account had nothing, in this zone. */
    Span before(AccountId account, Instant end, ZoneId zone) {
        return database.one(
                        "SELECT " + DuePeriod.COLUMNS
                                + " FROM billing_period p WHERE p.account_id = ? AND p.period_to = ?",
                        row -> due(row).span(),
                        account.value(),
                        end)
                .orElseGet(() -> {
                    Instant start = calendar.containing(end.minusNanos(1), zone).from();
                    return like(account, new Period(start, end), zone);
                });
    }

    /** A time that may have been a billing period, with what was said then of VPS that are suspended. */
    Span like(AccountId account, Period period, ZoneId zone) {
        WhileSuspended then = database.one(
                        "SELECT while_suspended FROM billing_period WHERE account_id = ? AND period_from <= ?"
                                + " AND period_to > ?",
                        row -> row.constant("while_suspended", WhileSuspended.class),
                        account.value(),
                        period.from(),
                        period.from())
                .orElse(whileSuspended);
        return new Span(period, zone, then);
    }

    /** The account's billing periods that share time with another's, and what is not opened yet of that as one. */
    List<Period> touched(AccountId account, Period other) {
        List<Period> touched = new ArrayList<>(database.list(
                "SELECT period_from, period_to FROM billing_period WHERE account_id = ? AND period_from < ?"
                        + " AND period_to > ? ORDER BY period_from",
                row -> new Period(row.instant("period_from"), row.instant("period_to")),
                account.value(),
                other.to(),
                other.from()));
        Instant opened = touched.isEmpty() ? other.from() : touched.getLast().to();
        if (opened.isBefore(other.to())) {
            touched.add(new Period(opened, other.to()));
        }
        return touched;
    }

    /** Up to when each of these accounts has billing periods; without those that have none. */
    Map<AccountId, Instant> opened(Set<AccountId> accounts) {
        Map<AccountId, Instant> opened = new HashMap<>();
        List<UUID> ids = accounts.stream().map(AccountId::value).toList();
        if (!ids.isEmpty()) {
            database.list(
                            "SELECT account_id, MAX(period_to) AS until FROM billing_period WHERE account_id IN ("
                                    + marks(ids) + ") GROUP BY account_id",
                            row -> Map.entry(new AccountId(row.uuid("account_id")), row.instant("until")),
                            ids.toArray())
                    .forEach(one -> opened.put(one.getKey(), one.getValue()));
        }
        return opened;
    }

    private DuePeriod due(Row row) {
        return DuePeriod.of(row, calendar.zone());
    }

    /** The period that is under way. */
    Optional<DuePeriod> current(AccountId account) {
        Instant now = clock.instant();
        return database.one(
                "SELECT " + DuePeriod.COLUMNS + " FROM billing_period p"
                        + " WHERE p.account_id = ? AND p.period_from <= ? AND p.period_to > ?",
                this::due,
                account.value(),
                now,
                now);
    }

    Optional<DuePeriod> find(InvoiceId id) {
        return database.one(
                "SELECT " + DuePeriod.COLUMNS + " FROM billing_period p WHERE p.id = ?", this::due, id.value());
    }

    /** Periods that are over and not closed, oldest first. */
    List<DuePeriod> waiting(Optional<AccountId> account, int limit) {
        Optional<UUID> id = account.map(AccountId::value);
        return database.list(
                "SELECT " + DuePeriod.COLUMNS + " FROM billing_period p WHERE p.state IN ('OPEN', 'PARKED', 'REVIEW')"
                        + " AND p.period_to <= ? AND (? IS NULL OR p.account_id = ?) ORDER BY p.period_to LIMIT ?",
                this::due,
                clock.instant(),
                id,
                id,
                limit);
    }

    private static final String DUE = " FROM billing_period p WHERE p.state IN ('OPEN', 'PARKED', 'REVIEW')"
            + " AND p.next_attempt_at <= ? AND p.period_to <= ? AND NOT EXISTS (SELECT 1 FROM"
            + " billing_period e WHERE e.account_id = p.account_id AND e.period_from < p.period_from"
            + " AND e.state IN ('OPEN', 'PARKED', 'REVIEW'))";

    /** Periods that may be closed now, oldest of each account. Only looked at: sorting while locking would lock them all. */
    List<InvoiceId> due(int limit) {
        Instant now = clock.instant();
        return database.list(
                "SELECT p.id" + DUE + " ORDER BY p.next_attempt_at LIMIT ?",
                row -> new InvoiceId(row.uuid("id")),
                now,
                now,
                limit);
    }

    /** Locks a period if it may still be closed now; one that another worker or replica holds is passed over. */
    Optional<DuePeriod> lockDue(InvoiceId id) {
        Instant now = clock.instant();
        return database.one(
                "SELECT " + DuePeriod.COLUMNS + DUE + " AND p.id = ? FOR UPDATE SKIP LOCKED",
                this::due,
                now,
                now,
                id.value());
    }

    /** Lets a parked period pass the gate at the next run; whether it was parked. */
    boolean release(InvoiceId id, String subject, String because) {
        Instant now = clock.instant();
        return database.update(
                        "UPDATE billing_period SET released_at = ?, released_by = ?, released_because = ?,"
                                + " next_attempt_at = ? WHERE id = ? AND state = 'PARKED' AND released_at IS NULL",
                        now,
                        subject,
                        because,
                        now,
                        id.value())
                == 1;
    }

    void close(DuePeriod due, DuePeriod.State state) {
        database.update(
                "UPDATE billing_period SET state = ?, reason = NULL, failed = FALSE, closed_at = ? WHERE id = ?",
                state,
                clock.instant(),
                due.id().value());
    }

    /** The gate is shut. */
    void park(DuePeriod due, String reason, Instant next) {
        database.update(
                "UPDATE billing_period SET state = 'PARKED', reason = ?, failed = FALSE, failures = 0, attempts = attempts + 1,"
                        + " next_attempt_at = ? WHERE id = ? AND state IN ('OPEN', 'PARKED', 'REVIEW')",
                shortened(reason),
                next,
                due.id().value());
    }

    /**
     * Computing it failed. The next try is five seconds away, and each failure in a row makes that twice as long, up to an hour.
     *
     * @param own whether it is for staff to look at; what was not its own fault becomes so the third time in a row
     */
    void parkFailed(DuePeriod due, String reason, boolean own) {
        database.update(
                // values are assigned from left to right: those of before are used
                "UPDATE billing_period SET state = 'PARKED', reason = ?, failed = ? OR failures >= 2, attempts = attempts + 1,"
                        + " next_attempt_at = TIMESTAMPADD(SECOND, LEAST(3600, 5 << LEAST(failures, 12)), ?),"
                        + " failures = failures + 1 WHERE id = ? AND state IN ('OPEN', 'PARKED', 'REVIEW')",
                shortened(reason),
                own,
                clock.instant(),
                due.id().value());
    }

    private static String shortened(String reason) {
        return reason.length() <= 500 ? reason : reason.substring(0, 500);
    }

    /** Has the next run look at a parked period at once; whether it was parked. */
    boolean retry(InvoiceId id) {
        return database.update(
                        "UPDATE billing_period SET next_attempt_at = ? WHERE id = ? AND state = 'PARKED'",
                        clock.instant(),
                        id.value())
                == 1;
    }

    /** @return how many parked periods the next run looks at */
    int retryAll() {
        return database.update(
                "UPDATE billing_period SET next_attempt_at = ? WHERE state = 'PARKED' AND next_attempt_at > ?",
                clock.instant(),
                clock.instant());
    }
}
