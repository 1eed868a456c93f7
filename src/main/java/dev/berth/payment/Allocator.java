package dev.berth.payment;

import dev.berth.invoice.InvoicePayer;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Book.Posted;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Lot.Take;
import dev.berth.ledger.Rules;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Pays invoices from credit. The invoice's row is held first, then the ledger's account: two who pay the same invoice, or
 * spend the same credit, come one after the other, and the database refuses more than is open.
 */
@ApplicationScoped
public class Allocator implements InvoicePayer {
    private static final Logger LOG = Logger.getLogger(Allocator.class);
    private static final int MAX_PER_RUN = 1_000;
    private static final int ACCOUNTS = 1_000;
    private static final UUID FIRST = new UUID(0, 0);
    private static final Caller SYSTEM = Caller.system("billing");

    private final Database database;
    private final OpenInvoices invoices;
    private final LedgerStore ledger;
    private final PaymentStore payments;
    private final PaymentAccounts accounts;
    private final ChargePlans plans;
    private final Instance<Gateway> gateways;
    private final Transactions transactions;
    private final InstantSource clock;
    private final AtomicReference<UUID> reached = new AtomicReference<>(FIRST);

    Allocator(
            Database database,
            OpenInvoices invoices,
            LedgerStore ledger,
            PaymentStore payments,
            PaymentAccounts accounts,
            ChargePlans plans,
            Instance<Gateway> gateways,
            Transactions transactions,
            InstantSource clock) {
        this.database = database;
        this.invoices = invoices;
        this.ledger = ledger;
        this.payments = payments;
        this.accounts = accounts;
        this.plans = plans;
        this.gateways = gateways;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public void payNew(InvoiceId invoice) {
        // most have no credit: what comes at this moment pays with the next run
        boolean credit = database.number(
                        "SELECT EXISTS (SELECT 1 FROM invoice_balance b JOIN credit_lot l ON l.account_id = b.account_id"
                                + " AND l.currency = b.currency AND l.remaining > 0 WHERE b.invoice_id = ?) AS n",
                        invoice.value())
                == 1;
        if (credit) {
            invoices.lock(invoice).ifPresent(held -> fromCredit(SYSTEM, held, accounts.partly(held.account())));
        }
    }

    @Override
    public int payOpen() {
        return payOpen(ACCOUNTS, MAX_PER_RUN);
    }

    /**
     * Goes on after the account at which the run before this one stopped: whatever cannot be paid keeps nobody behind it from being paid.
     *
     * @param accounts looked at together
     * @param most invoices that are tried
     */
    int payOpen(int accounts, int most) {
        UUID after = reached.getAndSet(FIRST);
        int paid = 0;
        int tried = 0;
        while (true) {
            List<WithCredit> page = withCredit(after, accounts);
            for (WithCredit one : page) {
                List<UUID> payable = one.pays() ? payable(one, most - tried) : List.of();
                for (UUID invoice : payable) {
                    paid += payOne(new InvoiceId(invoice)) ? 1 : 0;
                }
                tried += payable.size();
                after = one.account();
                if (tried >= most) {
                    reached.set(after);
                    return paid;
                }
            }
            if (page.size() < accounts) {
                return paid;
            }
        }
    }

    /** @param pays whether it covers an open invoice, or may pay a part of one */
    private record WithCredit(UUID account, String currency, long credit, boolean partly, boolean pays) {
        private static WithCredit of(Row row) {
            return new WithCredit(
                    row.uuid("account_id"),
                    row.text("currency"),
                    row.number("credit"),
                    row.flag("partly"),
                    row.flag("pays"));
        }
    }

    /** Accounts that have credit, by id: only they are looked at, however many invoices are open. */
    private List<WithCredit> withCredit(UUID after, int limit) {
        return database.list(
                "SELECT c.account_id, c.currency, c.credit, COALESCE(p.credit_partly, FALSE) AS partly,"
                        + " EXISTS (SELECT 1 FROM invoice_balance b WHERE b.account_id = c.account_id"
                        + " AND b.currency = c.currency AND b.open_amount > 0"
                        + " AND (p.credit_partly OR b.open_amount <= c.credit)) AS pays"
                        + " FROM (SELECT spendable_by AS account_id, currency, SUM(remaining) AS credit FROM credit_lot"
                        + " WHERE spendable_by > ? GROUP BY spendable_by, currency ORDER BY spendable_by, currency LIMIT ?) c"
                        + " LEFT JOIN payment_account p ON p.account_id = c.account_id ORDER BY c.account_id, c.currency",
                WithCredit::of,
                after,
                limit);
    }

    /** Oldest first. */
    private List<UUID> payable(WithCredit one, int limit) {
        return database.list(
                "SELECT b.invoice_id FROM invoice_balance b WHERE b.account_id = ? AND b.currency = ?"
                        + " AND b.open_amount BETWEEN 1 AND ? ORDER BY b.issued_at, b.invoice_id LIMIT ?",
                row -> row.uuid("invoice_id"),
                one.account(),
                one.currency(),
                one.partly() ? Long.MAX_VALUE : one.credit(),
                limit);
    }

    /** What no gateway charges, because it is too little, is to be transferred. */
    @Override
    public Optional<Instant> chargeable(InvoiceId invoice) {
        return invoices.find(invoice).filter(this::charges).flatMap(_ -> plans.from(invoice));
    }

    private boolean charges(OpenInvoice invoice) {
        return gateways.stream()
                .filter(Gateway::on)
                .anyMatch(gateway ->
                        invoice.open().compareTo(gateway.least(invoice.open().currency())) >= 0);
    }

    @Override
    public Optional<Planned> tell(InvoiceId invoice, Instant from) {
        return invoices.lock(invoice)
                .filter(held -> held.open().isPositive() && charging() && accounts.charged(held.account()))
                .map(held -> plans.plan(held, from));
    }

    private boolean charging() {
        return gateways.stream().anyMatch(Gateway::on);
    }

    /** What is wrong with one invoice keeps no other from being paid; another replica's are passed over. */
    private boolean payOne(InvoiceId id) {
        try {
            return transactions.run(() -> {
                Optional<OpenInvoice> held = invoices.lockIfFree(id);
                return held.isPresent()
                        && fromCredit(
                                SYSTEM, held.get(), accounts.partly(held.get().account()));
            });
        } catch (RuntimeException e) {
            LOG.errorf(e, "invoice %s cannot be paid from credit", id);
            return false;
        }
    }

    /**
     * Pays an invoice whose row is held from all of the account's credit.
     *
     * @param partly whether credit that does not cover it pays what it can
     * @return whether nothing is open any more
     */
    boolean fromCredit(Caller actor, OpenInvoice held, boolean partly) {
        List<Lot> lots = ledger.lots(Rules.of(held.account(), AccountKind.CREDIT, held.open()));
        List<Take> takes = Lot.upTo(lots, held.open());
        Money covered =
                takes.stream().map(Take::amount).reduce(Money.zero(held.open().currency()), Money::plus);
        if (!partly && covered.compareTo(held.open()) < 0) {
            return false;
        }
        boolean closed = false;
        for (Take take : takes) {
            closed = allocate(actor, held, take);
        }
        return closed;
    }

    /** Pays what is open of an invoice whose row is held from one lot; what is more stays credit. */
    void fromLot(Caller actor, OpenInvoice held, UUID lot) {
        ledger.lots(Rules.of(held.account(), AccountKind.CREDIT, held.open())).stream()
                .filter(there -> there.id().equals(lot))
                .flatMap(there -> Lot.upTo(List.of(there), held.open()).stream())
                .forEach(take -> allocate(actor, held, take));
    }

    private boolean allocate(Caller actor, OpenInvoice held, Take take) {
        UUID id = Ids.next(clock);
        Posted posted = ledger.postFrom(
                take.lot(),
                actor.subject(),
                Rules.allocated(held.account(), id.toString(), held.label(), take.amount()));
        if (posted != Posted.DONE) {
            throw new IllegalStateException("lot %s changed while it was held".formatted(take.lot()));
        }
        payments.insert(new Allocation(
                id, held.id(), take.lot(), Optional.empty(), take.amount(), clock.instant(), Optional.empty()));
        return invoices.paid(held.id(), take.amount());
    }
}
