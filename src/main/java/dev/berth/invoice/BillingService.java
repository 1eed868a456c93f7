package dev.berth.invoice;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.fleet.NodeKeys;
import dev.berth.fleet.NodeKeys.NodeKey;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.Invoice.Summary;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.invoice.Taxation.Taxed;
import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Bills as their readers see them: so far, final, and proved. Everything checks that the caller may see the account. */
@ApplicationScoped
public class BillingService {
    private static final Logger LOG = Logger.getLogger(BillingService.class);

    private final PeriodStore periods;
    private final InvoiceStore invoices;
    private final SubscriptionStore subscriptions;
    private final Drafts drafts;
    private final Bills bills;
    private final Prover prover;
    private final Taxation taxation;
    private final ReadingStore readings;
    private final NodeKeys nodeKeys;
    private final AccountService accounts;
    private final Tenancy tenancy;
    private final Database database;
    private final InstantSource clock;

    BillingService(
            PeriodStore periods,
            InvoiceStore invoices,
            SubscriptionStore subscriptions,
            Drafts drafts,
            Bills bills,
            Prover prover,
            Taxation taxation,
            ReadingStore readings,
            NodeKeys nodeKeys,
            AccountService accounts,
            Tenancy tenancy,
            Database database,
            InstantSource clock) {
        this.periods = periods;
        this.invoices = invoices;
        this.subscriptions = subscriptions;
        this.drafts = drafts;
        this.bills = bills;
        this.prover = prover;
        this.taxation = taxation;
        this.readings = readings;
        this.nodeKeys = nodeKeys;
        this.accounts = accounts;
        this.tenancy = tenancy;
        this.database = database;
        this.clock = clock;
    }

    /** The draft of the period under way, up to now; empty for an account without a subscription in it. */
    public Optional<Invoice> soFar(Caller caller, UUID accountId) {
        Account account = accounts.get(caller, accountId);
        AccountId id = new AccountId(accountId);
        periods.open(id);
        return periods.current(id).map(due -> draft(account, due));
    }

    /** Drafts of periods that are over and wait for something, oldest first. */
    public List<Invoice> waiting(Caller caller, UUID accountId) {
        Account account = accounts.get(caller, accountId);
        return periods.waiting(Optional.of(new AccountId(accountId)), Page.MAX_LIMIT).stream()
                .map(due -> draft(account, due))
                .toList();
    }

    /** A period that waits, for the staff's list. */
    public record Parked(InvoiceId id, AccountId account, Period period, String reason, boolean failed, int attempts) {}

    /** Staff: what the gate holds back, oldest first. */
    public List<Parked> parked(Caller caller) {
        Tenancy.requireStaff(caller);
        return periods.waiting(Optional.empty(), Page.MAX_LIMIT).stream()
                .filter(due -> due.state() == DuePeriod.State.PARKED)
                .map(due -> new Parked(
                        due.id(), due.account(), due.period(), due.reason().orElse(""), due.failed(), due.attempts()))
                .toList();
    }

    /** Final invoices, newest first. */
    public Page<Summary> invoices(Caller caller, UUID accountId, Page.Ask ask) {
        accounts.get(caller, accountId);
        return Page.of(
                invoices.list(new AccountId(accountId), ask.before(), ask.fetch()),
                ask,
                summary -> summary.id().value());
    }

    /** A final invoice, or the draft that will be one. */
    public Invoice invoice(Caller caller, UUID invoiceId) {
        InvoiceId id = new InvoiceId(invoiceId);
        DuePeriod due = periods.find(id).orElseThrow(() -> Problem.notFound("invoice"));
        tenancy.requireSee(caller, due.account().value(), "invoice");
        if (due.closed()) {
            return invoices.find(id).orElseThrow(() -> Problem.notFound("invoice"));
        }
        return draft(accounts.byId(due.account().value()), due);
    }

    /** A final invoice for the portal's own work, such as mail: no caller is checked. */
    public Optional<Invoice> issued(InvoiceId id) {
        return invoices.find(id);
    }

    /** What of an invoice was paid when it was issued; later payments are not in it. */
    public Money prepaid(Invoice invoice) {
        return invoices.prepaid(invoice);
    }

    /** From when on, as its document says, a saved card is charged for it; empty: it is to be transferred. Never changes. */
    public Optional<Instant> byCard(Invoice invoice) {
        return invoices.byCard(invoice.id());
    }

    /** The beginning of every interval of a line. */
    public Evidence evidence(Caller caller, UUID invoiceId, int n) {
        return evidence(caller, invoiceId, n, Evidence.Ask.FIRST);
    }

    /** @throws Problem 404 when the invoice has no such line */
    public Evidence evidence(Caller caller, UUID invoiceId, int n, Evidence.Ask ask) {
        Invoice invoice = invoice(caller, invoiceId);
        InvoiceLine line = invoice.lines().stream()
                .filter(l -> l.n() == n)
                .findFirst()
                .orElseThrow(() -> Problem.notFound("invoice line"));
        return prover.evidence(invoice, line, ask);
    }

    /** @throws Problem 409 for a draft: it is computed each time it is looked at */
    public Recomputed recompute(Caller caller, UUID invoiceId) {
        return prover.recompute(issued(caller, invoiceId));
    }

    /** @throws Problem 409 for a draft */
    public Invoice issued(Caller caller, UUID invoiceId) {
        Invoice invoice = invoice(caller, invoiceId);
        if (invoice.state() == State.DRAFT) {
            throw Problem.conflict("invoice-not-final", "A draft is computed anew each time it is read.");
        }
        return invoice;
    }

    /** Keys of the nodes that measured for an invoice: what the signatures in its bundle are checked with. */
    public List<NodeKey> nodeKeys(Caller caller, UUID invoiceId) {
        return invoice(caller, invoiceId).lines().stream()
                .flatMap(line -> line.intervals().stream())
                .flatMap(interval -> interval.first().stream())
                .map(first -> first.node().value())
                .distinct()
                .flatMap(node -> nodeKeys.of(node).stream())
                .toList();
    }

    /** What a VPS used in the period under way, and its price so far. */
    public VpsUsage usage(Caller caller, UUID vpsId) {
        UUID accountId = database.one("SELECT account_id FROM vps WHERE id = ?", row -> row.uuid("account_id"), vpsId)
                .orElseThrow(() -> Problem.notFound("vps"));
        tenancy.requireSee(caller, accountId, "vps");
        Currency currency = Currency.getInstance(accounts.byId(accountId).currency());
        Instant now = clock.instant();
        Span underWay = periods.underWay(new AccountId(accountId));
        Period period = underWay.period();
        if (!period.from().isBefore(now)) {
            return new VpsUsage(vpsId, period, now, Optional.empty(), Map.of(), List.of(), Money.zero(currency));
        }
        Period soFar = new Period(period.from(), now);
        List<Subscribed> own = subscriptions.ofVps(vpsId, soFar).stream()
                .filter(s -> s.account().value().equals(accountId))
                .toList();
        List<InvoiceLine> lines = drafts.ofVps(new AccountId(accountId), vpsId, currency, underWay.with(soFar));
        Money net = Totals.net(lines, currency);
        return new VpsUsage(vpsId, period, now, measuredUntil(own), quantities(own, underWay.with(soFar)), lines, net);
    }

    private Optional<Instant> measuredUntil(List<Subscribed> own) {
        return own.stream()
                .flatMap(s -> s.nodes().stream()
                        .map(node -> readings.newest(node, s.context()).map(StoredReading::effectiveAt)))
                .flatMap(Optional::stream)
                .max(Instant::compareTo);
    }

    private Map<Meter, BigInteger> quantities(List<Subscribed> own, Span span) {
        Map<Meter, BigInteger> sums = new EnumMap<>(Meter.class);
        for (Subscribed one : own) {
            Optional<Usage> usage = one.within(span.period())
                    .map(part -> drafts.slice(one, span.with(part)).usage());
            usage.ifPresent(u -> u.quantities().forEach((meter, n) -> sums.merge(meter, n, BigInteger::add)));
        }
        return sums;
    }

    /** @param trouble why the lines are not there */
    private record Attempt(List<InvoiceLine> lines, Optional<String> trouble) {}

    /** One account's inconsistent data must not take its pages away: the draft says so instead. */
    private Attempt attempt(DuePeriod due, Currency currency, Span span) {
        try {
            return new Attempt(bills.of(due, currency, span).lines(), Optional.empty());
        } catch (IllegalStateException | IllegalArgumentException | ArithmeticException e) {
            LOG.warnf(e, "draft of account %s for %s cannot be computed", due.account(), span.period());
            return new Attempt(List.of(), Optional.of("computing failed; staff are told"));
        }
    }

    /** Why staff look at a bill is theirs to know. */
    private static String waitsFor(DuePeriod due) {
        return switch (due.state()) {
            case REVIEW -> "a look by our staff";
            case PARKED -> due.reason().orElse("");
            case OPEN, INVOICED, NOTHING_DUE -> "the next bill run";
        };
    }

    private Invoice draft(Account account, DuePeriod due) {
        Currency currency = Currency.getInstance(account.currency());
        Instant now = clock.instant();
        Period whole = due.period();
        boolean over = !now.isBefore(whole.to());
        Instant until = over ? whole.to() : now;
        Attempt attempt = whole.from().isBefore(until)
                ? attempt(due, currency, due.span().with(new Period(whole.from(), until)))
                : new Attempt(List.of(), Optional.empty());
        Taxed taxed = taxation.of(account, due.span());
        Optional<String> waitingFor = over ? Optional.of(waitsFor(due)) : Optional.empty();
        return new Invoice(
                due.id(),
                due.account(),
                State.DRAFT,
                whole,
                until,
                Optional.empty(),
                Totals.of(attempt.lines(), currency, taxed.treatment()),
                taxed.parties(),
                due.zone(),
                attempt.lines(),
                waitingFor.or(attempt::trouble));
    }
}
