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
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Pays invoices from credit. The invoice's row is held first, then the ledger's account: two who pay the same invoice, or
 * spend the same credit, come one after the other, and the database refuses more than is open.
 */
@ApplicationScoped
public class Allocator implements InvoicePayer {
    private static final Logger LOG = Logger.getLogger(Allocator.class);
    private static final int MAX_PER_RUN = 1_000;
    private static final Caller SYSTEM = Caller.system("billing");

    private final Database database;
    private final OpenInvoices invoices;
    private final LedgerStore ledger;
    private final PaymentStore payments;
    private final PaymentAccounts accounts;
    private final Transactions transactions;
    private final InstantSource clock;

    Allocator(
            Database database,
            OpenInvoices invoices,
            LedgerStore ledger,
            PaymentStore payments,
            PaymentAccounts accounts,
            Transactions transactions,
            InstantSource clock) {
        this.database = database;
        this.invoices = invoices;
        this.ledger = ledger;
        this.payments = payments;
        this.accounts = accounts;
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
        List<UUID> payable = database.list(
                "SELECT b.invoice_id FROM invoice_balance b LEFT JOIN payment_account a ON a.account_id = b.account_id"
                        + " WHERE b.open_amount > 0 AND (SELECT COALESCE(SUM(l.remaining), 0) FROM credit_lot l"
                        + " WHERE l.account_id = b.account_id AND l.currency = b.currency AND l.remaining > 0)"
                        + " >= IF(COALESCE(a.credit_partly, FALSE), 1, b.open_amount)"
                        + " ORDER BY b.issued_at, b.invoice_id LIMIT ?",
                row -> row.uuid("invoice_id"),
                MAX_PER_RUN);
        int paid = 0;
        for (UUID id : payable) {
            paid += payOne(new InvoiceId(id)) ? 1 : 0;
        }
        return paid;
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
