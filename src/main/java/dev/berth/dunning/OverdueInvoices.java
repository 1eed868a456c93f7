package dev.berth.dunning;

import dev.berth.platform.Database;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/** Final invoices whose day has passed. */
@ApplicationScoped
class OverdueInvoices implements Overdue {
    private static final int MAX = 1_000;
    private static final String OVERDUE = "i.state = 'FINAL' AND i.due_at < ? AND i.total > 0";

    private final Database database;

    OverdueInvoices(Database database) {
        this.database = database;
    }

    @Override
    public List<Unpaid> of(UUID account, Instant now) {
        return database.list(
                "SELECT i.id, i.label, i.seller, i.due_at, i.total, i.currency FROM invoice i WHERE i.account_id = ? AND "
                        + OVERDUE + " ORDER BY i.due_at, i.id LIMIT " + MAX,
                row -> new Unpaid(
                        new InvoiceId(row.uuid("id")),
                        row.text("label"),
                        row.text("seller"),
                        row.instant("due_at"),
                        new Money(row.number("total"), Currency.getInstance(row.text("currency")))),
                account,
                now);
    }

    @Override
    public List<UUID> withoutCase(Instant now, int limit) {
        return database.list(
                "SELECT DISTINCT i.account_id FROM invoice i WHERE " + OVERDUE
                        + " AND NOT EXISTS (SELECT 1 FROM dunning_case c WHERE c.open_account_id = i.account_id)"
                        + " ORDER BY i.account_id LIMIT ?",
                row -> row.uuid("account_id"),
                now,
                limit);
    }
}
