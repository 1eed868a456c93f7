package dev.berth.invoice;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.invoice.CreditNote.Line;
import dev.berth.invoice.CreditNote.Settled;
import dev.berth.invoice.CreditNote.Totals;
import dev.berth.invoice.CreditNoteStore.Gone;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.InvoiceStore.Numbered;
import dev.berth.invoice.NewCreditNote.Left;
import dev.berth.ledger.Rules;
import dev.berth.ledger.Rules.TakenBack;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues credit notes: number, lines, ledger and the invoice's open amount in one transaction that holds the invoice's
 * balance, so that two at once cannot take back the same.
 */
@ApplicationScoped
public class CreditNotes {
    private final InvoiceStore invoices;
    private final CreditNoteStore notes;
    private final OpenInvoices open;
    private final LedgerStore ledger;
    private final Tenancy tenancy;
    private final AuditService audit;
    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;

    CreditNotes(
            InvoiceStore invoices,
            CreditNoteStore notes,
            OpenInvoices open,
            LedgerStore ledger,
            Tenancy tenancy,
            AuditService audit,
            Database database,
            Transactions transactions,
            InstantSource clock) {
        this.invoices = invoices;
        this.notes = notes;
        this.open = open;
        this.ledger = ledger;
        this.tenancy = tenancy;
        this.audit = audit;
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @throws Problem 404 when there is none that the caller may see */
    public CreditNote get(Caller caller, UUID id) {
        CreditNote note = notes.find(id).orElseThrow(() -> Problem.notFound("credit note"));
        tenancy.requireSee(caller, note.account().value(), "credit note");
        return note;
    }

    /** A credit note for the portal's own work, such as mail: no caller is checked. */
    public Optional<CreditNote> issued(UUID id) {
        return notes.find(id);
    }

    /** An invoice's credit notes in the order in which they were issued. */
    public List<CreditNote> ofInvoice(Caller caller, UUID invoiceId) {
        return notes.ofInvoice(visible(caller, invoiceId).id());
    }

    /** The invoice that a credit note is about: its parties, rate and zone are the note's. */
    public Invoice invoiceOf(Caller caller, CreditNote note) {
        return visible(caller, note.invoiceId().value());
    }

    /** A final invoice. */
    public Invoice invoice(Caller caller, UUID invoiceId) {
        return visible(caller, invoiceId);
    }

    private Invoice visible(Caller caller, UUID invoiceId) {
        Invoice invoice = invoices.find(new InvoiceId(invoiceId)).orElseThrow(() -> Problem.notFound("invoice"));
        tenancy.requireSee(caller, invoice.account().value(), "invoice");
        return invoice;
    }

    /** A line of an invoice and what is left of it. */
    public record Creditable(InvoiceLine line, Money left) {
        /** Name of a form's field for it. */
        public String field() {
            return "amount-" + line.n();
        }
    }

    /** Staff: what of an invoice can still be credited, line by line. */
    public List<Creditable> creditable(Caller caller, UUID invoiceId) {
        Tenancy.requireStaff(caller);
        Invoice invoice = visible(caller, invoiceId);
        Left left = left(invoice);
        return invoice.lines().stream()
                .map(line -> new Creditable(line, left.of(line)))
                .toList();
    }

    private Left left(Invoice invoice) {
        return new Left(invoice.lines(), notes.goneByLine(invoice.id(), currency(invoice)));
    }

    private static Currency currency(Invoice invoice) {
        return invoice.totals().net().currency();
    }

    /**
     * Issues a credit note. What it takes back of an open invoice is owed no more, what was paid becomes credit. An invoice of
     * which nothing is left and nothing was paid is void.
     *
     * @throws Problem 409 for a draft or when nothing is left, 422 for more than is left
     */
    public CreditNote issue(Caller caller, UUID invoiceId, NewCreditNote asked) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            OpenInvoice held = open.lock(new InvoiceId(invoiceId)).orElseThrow(() -> Problem.notFound("final invoice"));
            Invoice invoice = invoices.find(held.id()).orElseThrow();
            Left left = left(invoice);
            boolean any =
                    invoice.lines().stream().anyMatch(line -> !left.of(line).isZero());
            if (invoice.state() == State.VOID || !any) {
                throw Problem.conflict("nothing-left", "All of this invoice has been credited already.");
            }
            InputFaults faults = new InputFaults();
            String reason = faults.text("reason", asked.reason(), 500);
            List<Line> lines = asked.resolve(left, reason, faults);
            faults.throwIfAny();
            return issue(caller, new Wanted(invoice, held, reason, lines));
        });
    }

    private record Wanted(Invoice invoice, OpenInvoice held, String reason, List<Line> lines) {}

    private CreditNote issue(Caller caller, Wanted wanted) {
        Invoice invoice = wanted.invoice();
        Gone gone = notes.gone(invoice.id(), currency(invoice));
        Totals totals = totals(invoice, gone, wanted.lines());
        Money open = wanted.held().open();
        Money reduced = totals.total().compareTo(open) <= 0 ? totals.total() : open;
        Settled settled = new Settled(reduced, totals.total().minus(reduced));
        Instant now = clock.instant();
        Numbered numbered = number(invoice, now);
        CreditNote note = new CreditNote(
                Ids.next(clock),
                invoice.account(),
                "%s-%06d".formatted(numbered.series(), numbered.number()),
                invoice.id(),
                wanted.held().label(),
                now,
                wanted.reason(),
                totals,
                settled,
                wanted.lines());
        notes.insert(note, numbered, caller.subject());
        ledger.post(
                caller.subject(),
                Rules.credited(
                        note.account(),
                        note.id().toString(),
                        note.label(),
                        new TakenBack(totals.net(), totals.tax(), settled.returned())));
        settle(note, gone.reduced().plus(reduced), wanted.held());
        audit.record(
                caller,
                Deed.of("credit-note.issue", "invoice", invoice.id())
                        .account(invoice.account().value())
                        .because(wanted.reason())
                        .with(note.label() + " over " + totals.total()));
        return note;
    }

    /** Tax at the invoice's rate on all that was credited so far: in however many pieces, a whole invoice gives back its whole tax. */
    private static Totals totals(Invoice invoice, Gone gone, List<Line> lines) {
        Currency currency = currency(invoice);
        Money net = lines.stream().map(Line::amount).reduce(Money.zero(currency), Money::plus);
        if (!net.isPositive()) {
            throw Problem.invalid("lines", "must sum to more than zero: what is taken back is " + net.amount());
        }
        Money all = gone.net().plus(net);
        int rate = invoice.totals().taxBasisPoints();
        Money exact = Money.rounded(all.decimal().multiply(BigDecimal.valueOf(rate, 4)), currency);
        Money due = all.equals(invoice.totals().net()) ? invoice.totals().tax() : exact;
        Money tax = due.minus(gone.tax());
        return new Totals(net, tax, net.plus(tax), rate);
    }

    private Numbered number(Invoice invoice, Instant now) {
        Numbered of = notes.numberOf(invoice.id());
        String series = of.series().replaceFirst("[0-9]{4}$", "")
                + "C"
                + now.atZone(invoice.zone()).getYear();
        return new Numbered(of.seller(), series, invoices.nextNumber(of.seller(), series));
    }

    /** @param reduced what all credit notes took off what was open, this one included */
    private void settle(CreditNote note, Money reduced, OpenInvoice before) {
        if (note.settled().reduced().isZero()) {
            return;
        }
        open.credited(note.invoiceId(), note.settled().reduced());
        boolean nothingOpen = note.settled().reduced().equals(before.open());
        if (nothingOpen && reduced.equals(before.total())) {
            database.update(
                    "UPDATE invoice SET state = 'VOID' WHERE id = ? AND state = 'FINAL'",
                    note.invoiceId().value());
        } else if (nothingOpen) {
            database.update(
                    "UPDATE invoice SET state = 'PAID', paid_at = ? WHERE id = ? AND state = 'FINAL'",
                    note.issuedAt(),
                    note.invoiceId().value());
        }
    }
}
