package dev.berth.invoice;

import dev.berth.invoice.CreditNote.Line;
import dev.berth.invoice.CreditNote.Settled;
import dev.berth.invoice.CreditNote.Totals;
import dev.berth.invoice.InvoiceStore.Numbered;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Credit notes: written once, read for ever. */
@ApplicationScoped
class CreditNoteStore {
    private static final String SELECT =
            "SELECT c.*, i.label AS invoice FROM credit_note c JOIN invoice i ON i.id = c.invoice_id";

    private final Database database;

    CreditNoteStore(Database database) {
        this.database = database;
    }

    /** @param by subject of who issues it */
    void insert(CreditNote note, Numbered numbered, String by) {
        database.update(
                "INSERT INTO credit_note (id, invoice_id, account_id, seller, series, number, label, issued_at,"
                        + " currency, net, tax, total, tax_basis_points, reason, issued_by, reduced, returned) VALUES (?,"
                        + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                note.id(),
                note.invoiceId().value(),
                note.account().value(),
                numbered.seller(),
                numbered.series(),
                numbered.number(),
                note.label(),
                note.issuedAt(),
                note.totals().net().currency().getCurrencyCode(),
                note.totals().net().minor(),
                note.totals().tax().minor(),
                note.totals().total().minor(),
                note.totals().taxBasisPoints(),
                note.reason(),
                by,
                note.settled().reduced().minor(),
                note.settled().returned().minor());
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Line line : note.lines()) {
            rows.add(new @Nullable Object[] {
                note.id(),
                line.n(),
                note.invoiceId().value(),
                line.line(),
                line.quantity().map(BigDecimal::new),
                line.amount().minor(),
                line.reason()
            });
        }
        database.updateAll(
                "INSERT INTO credit_note_line (credit_note_id, n, invoice_id, line, quantity, amount, reason)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    Optional<CreditNote> find(UUID id) {
        return database.one(SELECT + " WHERE c.id = ?", this::note, id);
    }

    /** In the order in which they were issued. */
    List<CreditNote> ofInvoice(InvoiceId invoice) {
        return database.list(
                SELECT + " WHERE c.invoice_id = ? ORDER BY c.id LIMIT ?", this::note, invoice.value(), Page.MAX_LIMIT);
    }

    /** The series that an invoice's number is of, and whose. */
    Numbered numberOf(InvoiceId invoice) {
        return database.one(
                        "SELECT seller, series, number FROM invoice WHERE id = ?",
                        row -> new Numbered(row.text("seller"), row.text("series"), row.number("number")),
                        invoice.value())
                .orElseThrow();
    }

    /** What an invoice's credit notes have taken back so far. */
    record Gone(Money net, Money tax, Money reduced) {}

    Gone gone(InvoiceId invoice, Currency currency) {
        return database.one(
                        "SELECT CAST(COALESCE(SUM(net), 0) AS SIGNED) AS net, CAST(COALESCE(SUM(tax), 0) AS SIGNED) AS"
                                + " tax, CAST(COALESCE(SUM(reduced), 0) AS SIGNED) AS reduced FROM credit_note WHERE"
                                + " invoice_id = ?",
                        row -> new Gone(
                                new Money(row.number("net"), currency),
                                new Money(row.number("tax"), currency),
                                new Money(row.number("reduced"), currency)),
                        invoice.value())
                .orElseThrow();
    }

    /** What has been taken back of each line, by its number; a line of which nothing was is not there. */
    Map<Integer, Money> goneByLine(InvoiceId invoice, Currency currency) {
        Map<Integer, Money> sums = new HashMap<>();
        database.list(
                        "SELECT line, CAST(SUM(amount) AS SIGNED) AS amount FROM credit_note_line"
                                + " WHERE invoice_id = ? GROUP BY line",
                        row -> Map.entry(row.integer("line"), new Money(row.number("amount"), currency)),
                        invoice.value())
                .forEach(entry -> sums.put(entry.getKey(), entry.getValue()));
        return sums;
    }

    private CreditNote note(Row row) {
        Currency currency = Currency.getInstance(row.text("currency"));
        UUID id = row.uuid("id");
        return new CreditNote(
                id,
                new AccountId(row.uuid("account_id")),
                row.text("label"),
                new InvoiceId(row.uuid("invoice_id")),
                row.text("invoice"),
                row.instant("issued_at"),
                row.text("reason"),
                new Totals(
                        new Money(row.number("net"), currency),
                        new Money(row.number("tax"), currency),
                        new Money(row.number("total"), currency),
                        row.integer("tax_basis_points")),
                new Settled(new Money(row.number("reduced"), currency), new Money(row.number("returned"), currency)),
                lines(id, currency));
    }

    private List<Line> lines(UUID id, Currency currency) {
        return database.list(
                "SELECT c.n, c.line, l.hostname, l.label, c.quantity, c.amount, c.reason FROM credit_note_line c"
                        + " JOIN invoice_line l ON l.invoice_id = c.invoice_id AND l.n = c.line"
                        + " WHERE c.credit_note_id = ? ORDER BY c.n",
                row -> new Line(
                        row.integer("n"),
                        row.integer("line"),
                        row.text("hostname"),
                        row.text("label"),
                        row.optionalDecimal("quantity").map(BigDecimal::toBigIntegerExact),
                        new Money(row.number("amount"), currency),
                        row.text("reason")),
                id);
    }
}
