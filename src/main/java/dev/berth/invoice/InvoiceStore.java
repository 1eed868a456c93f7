package dev.berth.invoice;

import dev.berth.invoice.Invoice.Issue;
import dev.berth.invoice.Invoice.Parties;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.Invoice.Summary;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Final invoices: written once, read for ever. */
@ApplicationScoped
class InvoiceStore {
    private static final String HEAD =
            "id, account_id, seller, state, period_from, period_to, label, issued_at, due_at, paid_at,"
                    + " currency, net, tax, total, tax_basis_points, seller_name, seller_address, seller_tax_id,"
                    + " seller_payment, buyer_name, buyer_email, time_zone";

    private final Database database;
    private final LineStore lines;
    private final SnapshotStore snapshots;

    InvoiceStore(Database database, LineStore lines, SnapshotStore snapshots) {
        this.database = database;
        this.snapshots = snapshots;
        this.lines = lines;
    }

    /**
     * The next number of a series. Its row stays locked until the transaction ends: a number exists exactly when its
     * invoice does.
     */
    long nextNumber(String seller, String series) {
        return database.number(
                "INSERT INTO invoice_series (seller, series, last_number) VALUES (?, ?, 1)"
                        + " ON DUPLICATE KEY UPDATE last_number = last_number + 1 RETURNING last_number AS n",
                seller,
                series);
    }

    /** Where an invoice stands in its seller's numbers. */
    record Numbered(String seller, String series, long number) {}

    void insert(Invoice invoice, Numbered numbered) {
        Issue issue = invoice.issue().orElseThrow();
        Parties parties = invoice.parties();
        database.update(
                "INSERT INTO invoice (" + HEAD + ", series, number)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                invoice.id().value(),
                invoice.account().value(),
                numbered.seller(),
                invoice.state(),
                invoice.period().from(),
                invoice.period().to(),
                issue.label(),
                issue.issuedAt(),
                issue.dueAt(),
                issue.paidAt(),
                invoice.totals().net().currency().getCurrencyCode(),
                invoice.totals().net().minor(),
                invoice.totals().tax().minor(),
                invoice.totals().total().minor(),
                invoice.totals().taxBasisPoints(),
                parties.sellerName(),
                parties.sellerAddress(),
                parties.sellerTaxId(),
                parties.sellerPayment(),
                parties.buyerName(),
                parties.buyerEmail(),
                invoice.zone().getId(),
                numbered.series(),
                numbered.number());
        snapshots.insert(invoice);
    }

    /** Keeps what was paid in the transaction that issues an invoice, which the document says for ever. */
    void keepPrepaid(InvoiceId id) {
        database.update(
                "INSERT INTO invoice_prepaid (invoice_id, amount)"
                        + " SELECT invoice_id, paid FROM invoice_balance WHERE invoice_id = ? AND paid > 0",
                id.value());
    }

    Money prepaid(Invoice invoice) {
        return database.one(
                        "SELECT amount FROM invoice_prepaid WHERE invoice_id = ?",
                        row -> new Money(
                                row.number("amount"), invoice.totals().total().currency()),
                        invoice.id().value())
                .orElse(Money.zero(invoice.totals().total().currency()));
    }

    /** Keeps that a saved card may be charged for an invoice, in the transaction that issues it. */
    void keepByCard(InvoiceId id, Instant from) {
        database.update("INSERT INTO invoice_by_card (invoice_id, charge_from) VALUES (?, ?)", id.value(), from);
    }

    Optional<Instant> byCard(InvoiceId id) {
        return database.one(
                "SELECT charge_from FROM invoice_by_card WHERE invoice_id = ?",
                row -> row.instant("charge_from"),
                id.value());
    }

    Optional<Invoice> find(InvoiceId id) {
        return database.one("SELECT " + HEAD + " FROM invoice WHERE id = ?", this::invoice, id.value());
    }

    List<Summary> list(AccountId account, Optional<UUID> before, int limit) {
        List<Object> values = new ArrayList<>(List.of(account.value()));
        before.ifPresent(values::add);
        values.add(limit);
        return database.list(
                "SELECT " + HEAD + " FROM invoice WHERE account_id = ?" + (before.isPresent() ? " AND id < ?" : "")
                        + " ORDER BY id DESC LIMIT ?",
                InvoiceStore::summary,
                values.toArray());
    }

    private static Summary summary(Row row) {
        return new Summary(
                new InvoiceId(row.uuid("id")),
                new AccountId(row.uuid("account_id")),
                row.constant("state", State.class),
                new Period(row.instant("period_from"), row.instant("period_to")),
                issue(row),
                money(row, "total"));
    }

    private static Issue issue(Row row) {
        return new Issue(
                row.text("label"), row.instant("issued_at"), row.instant("due_at"), row.optionalInstant("paid_at"));
    }

    private static Money money(Row row, String column) {
        return new Money(row.number(column), Currency.getInstance(row.text("currency")));
    }

    private Invoice invoice(Row row) {
        Summary head = summary(row);
        Totals totals =
                new Totals(money(row, "net"), money(row, "tax"), money(row, "total"), snapshots.taxes(head.id(), row));
        return new Invoice(
                head.id(),
                head.account(),
                head.state(),
                head.period(),
                head.period().to(),
                Optional.of(head.issue()),
                totals,
                snapshots.parties(head.id(), row),
                ZoneId.of(row.text("time_zone")),
                lines.of(head.id(), totals.net().currency()),
                Optional.empty());
    }
}
