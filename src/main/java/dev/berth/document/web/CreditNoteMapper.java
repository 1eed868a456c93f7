package dev.berth.document.web;

import dev.berth.document.Document;
import dev.berth.document.Document.Dates;
import dev.berth.document.Document.Line;
import dev.berth.document.Document.Means;
import dev.berth.document.Document.Payment;
import dev.berth.document.Document.Preceding;
import dev.berth.document.Document.Totals;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.invoice.CreditNote;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoiceLine;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a document of a credit note: parties, tax and language are those of its invoice. */
@ApplicationScoped
class CreditNoteMapper {
    private final InvoiceMapper invoices;

    CreditNoteMapper(InvoiceMapper invoices) {
        this.invoices = invoices;
    }

    /** @param invoice the one it is about */
    Document of(CreditNote note, Invoice invoice) {
        Document original =
                invoices.of(invoice, Money.zero(invoice.totals().total().currency()), Optional.empty());
        Language language = original.language();
        LineWords words = new LineWords(language, invoice.zone());
        Treatment treatment = invoice.totals().taxes().getFirst().treatment();
        CreditNote.Totals totals = note.totals();
        Money nothing = Money.zero(totals.total().currency());
        return new Document(
                Document.Type.CREDIT_NOTE,
                note.label(),
                new Dates(
                        words.day(note.issuedAt()),
                        Optional.empty(),
                        original.dates().from(),
                        original.dates().to()),
                original.seller(),
                original.buyer(),
                Optional.empty(),
                Optional.of(new Preceding(note.invoice(), original.dates().issued())),
                note.lines().stream().map(line -> line(line, original, invoice)).toList(),
                List.of(InvoiceMapper.tax(new TaxRow(treatment, totals.net(), totals.tax()), language)),
                new Totals(totals.net(), totals.tax(), totals.total(), nothing),
                new Payment(Means.OTHER, Optional.empty(), Optional.empty(), note.label(), terms(note, language)),
                language,
                notes(note, original));
    }

    private static Line line(CreditNote.Line line, Document original, Invoice invoice) {
        Line billed = original.lines().stream()
                .filter(l -> l.n() == line.line())
                .findFirst()
                .orElseThrow();
        InvoiceLine measured = invoice.lines().stream()
                .filter(l -> l.n() == line.line())
                .findFirst()
                .orElseThrow();
        LineWords words = new LineWords(original.language(), invoice.zone());
        return new Line(
                line.n(),
                line.label(),
                line.hostname() + " · " + line.reason(),
                line.quantity().map(q -> words.quantity(measured, q)).orElse(""),
                line.quantity().isPresent() ? billed.price() : "",
                line.amount(),
                billed.vat(),
                billed.from(),
                billed.to());
    }

    private static List<String> notes(CreditNote note, Document original) {
        List<String> notes = new ArrayList<>(List.of(note.reason()));
        notes.addAll(original.notes());
        return List.copyOf(notes);
    }

    private static String terms(CreditNote note, Language language) {
        Texts texts = Texts.of(language);
        List<String> parts = new ArrayList<>();
        if (!note.settled().reduced().isZero()) {
            parts.add(
                    texts.get("closing.reduced", language.amount(note.settled().reduced())));
        }
        if (!note.settled().returned().isZero()) {
            parts.add(
                    texts.get("closing.returned", language.amount(note.settled().returned())));
        }
        return String.join(" ", parts);
    }
}
