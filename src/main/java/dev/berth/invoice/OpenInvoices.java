package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is owed for final invoices: open amount = total - paid - credited. Whoever changes it holds the invoice's row, and
 * the database refuses to take off more than is there. An invoice is PAID exactly when nothing is open and something was
 * paid; a payment that is taken back opens it again.
 */
@ApplicationScoped
public class OpenInvoices {
    private static final String SELECT =
            "SELECT b.invoice_id, b.account_id, i.label, b.currency, b.total, b.open_amount,"
                    + " b.due_at, b.reference_body FROM invoice_balance b JOIN invoice i ON i.id = b.invoice_id";

    private final Database database;
    private final InstantSource clock;

    OpenInvoices(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Also one that is paid or void: its open amount is zero. */
    public Optional<OpenInvoice> find(InvoiceId id) {
        return database.one(SELECT + " WHERE b.invoice_id = ?", OpenInvoices::open, id.value());
    }

    /** Invoices with something open, oldest first. */
    public List<OpenInvoice> ofAccount(AccountId account) {
        return database.list(
                SELECT + " WHERE b.account_id = ? AND b.open_amount > 0 ORDER BY b.issued_at, b.invoice_id LIMIT ?",
                OpenInvoices::open,
                account.value(),
                Page.MAX_LIMIT);
    }

    /** Invoices of an account that should have been paid by now, the longest overdue first. Empty: it owes nothing overdue. */
    public List<OpenInvoice> overdue(AccountId account) {
        return database.list(
                SELECT + " WHERE b.account_id = ? AND b.open_amount > 0 AND b.due_at < ?"
                        + " ORDER BY b.due_at, b.invoice_id LIMIT ?",
                OpenInvoices::open,
                account.value(),
                clock.instant(),
                Page.MAX_LIMIT);
    }

    /** Accounts with something overdue, by id, after this one. */
    public List<AccountId> overdueAccounts(Optional<AccountId> after, int limit) {
        return database.list(
                "SELECT DISTINCT b.account_id FROM invoice_balance b WHERE b.open_amount > 0 AND b.due_at < ?"
                        + " AND (? IS NULL OR b.account_id > ?) ORDER BY b.account_id LIMIT ?",
                row -> new AccountId(row.uuid("account_id")),
                clock.instant(),
                after.map(AccountId::value),
                after.map(AccountId::value),
                limit);
    }

    /** Finds by the number as it stands in a creditor reference; more than one when two sellers' numbers look alike there. */
    public List<OpenInvoice> byReference(String body) {
        return database.list(
                SELECT + " WHERE b.reference_body = ? ORDER BY b.invoice_id LIMIT 2", OpenInvoices::open, body);
    }

    /** Holds an invoice's row until the transaction ends. */
    public Optional<OpenInvoice> lock(InvoiceId id) {
        return held(id, " FOR UPDATE");
    }

    /** The same, but empty when another transaction holds it. */
    public Optional<OpenInvoice> lockIfFree(InvoiceId id) {
        return held(id, " FOR UPDATE SKIP LOCKED");
    }

    private Optional<OpenInvoice> held(InvoiceId id, String lock) {
        boolean free = database.one(
                        "SELECT invoice_id FROM invoice_balance WHERE invoice_id = ?" + lock,
                        row -> row.text("invoice_id"),
                        id.value())
                .isPresent();
        return free ? find(id) : Optional.empty();
    }

    /**
     * Notes a payment of an invoice whose row is held.
     *
     * @return whether nothing is open any more
     */
    public boolean paid(InvoiceId id, Money amount) {
        change(id, "paid = paid + ?", amount);
        return database.update(
                        "UPDATE invoice i JOIN invoice_balance b ON b.invoice_id = i.id"
                                + " SET i.state = 'PAID', i.paid_at = ?"
                                + " WHERE i.id = ? AND i.state = 'FINAL' AND b.open_amount = 0",
                        clock.instant(),
                        id.value())
                == 1;
    }

    /** Notes what a credit note takes off the open part of an invoice whose row is held. */
    public void credited(InvoiceId id, Money amount) {
        change(id, "credited = credited + ?", amount);
    }

    /** Notes that a payment was taken back: that much is open again. */
    public void takenBack(InvoiceId id, Money amount) {
        change(id, "paid = paid - ?", amount);
    }

    private void change(InvoiceId id, String set, Money amount) {
        if (amount.minor() < 0) {
            throw new IllegalArgumentException("%s for invoice %s is negative".formatted(amount, id));
        }
        int changed = database.update(
                "UPDATE invoice_balance SET " + set + " WHERE invoice_id = ? AND currency = ?",
                amount.minor(),
                id.value(),
                amount.currency().getCurrencyCode());
        if (changed != 1) {
            throw new IllegalArgumentException("there is no invoice %s in %s".formatted(id, amount.currency()));
        }
    }

    private static OpenInvoice open(Row row) {
        Currency currency = Currency.getInstance(row.text("currency"));
        UUID id = row.uuid("invoice_id");
        return new OpenInvoice(
                new InvoiceId(id),
                new AccountId(row.uuid("account_id")),
                row.text("label"),
                new Money(row.number("total"), currency),
                new Money(row.number("open_amount"), currency),
                row.instant("due_at"),
                row.text("reference_body"));
    }
}
