package dev.berth.dunning;

import dev.berth.platform.Database;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/** Invoices whose day has passed with something still open: after parts were paid or credited, and after a payment was taken back. */
@ApplicationScoped
class OverdueInvoices implements Overdue {
    private static final int MAX = 1_000;
    private static final String OVERDUE = "b.open_amount > 0 AND b.due_at < ?";

    private final Database database;

    OverdueInvoices(Database database) {
        this.database = database;
    }

    @Override
    public List<Unpaid> of(UUID account, Instant now) {
        return database.list(
                "SELECT i.id, i.label, i.seller, b.due_at, b.open_amount, b.currency FROM invoice_balance b"
                        + " JOIN invoice i ON i.id = b.invoice_id WHERE b.account_id = ? AND " + OVERDUE
                        + " ORDER BY b.due_at, i.id LIMIT " + MAX,
                row -> new Unpaid(
                        new InvoiceId(row.uuid("id")),
                        row.text("label"),
                        row.text("seller"),
                        row.instant("due_at"),
                        new Money(row.number("open_amount"), Currency.getInstance(row.text("currency")))),
                account,
                now);
    }

    @Override
    public List<UUID> withoutCase(Instant now, int limit) {
        return database.list(
                "SELECT DISTINCT b.account_id FROM invoice_balance b WHERE " + OVERDUE
                        + " AND NOT EXISTS (SELECT 1 FROM dunning_case c WHERE c.open_account_id = b.account_id)"
                        + " ORDER BY b.account_id LIMIT ?",
                row -> row.uuid("account_id"),
                now,
                limit);
    }
}
