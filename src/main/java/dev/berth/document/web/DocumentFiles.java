package dev.berth.document.web;

import dev.berth.document.Cii;
import dev.berth.document.Document;
import dev.berth.document.Ubl;
import dev.berth.document.web.PdfFile.About;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.CreditNote;
import dev.berth.invoice.Invoice;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The files that an invoice is read as. The same invoice gives the same bytes. */
@ApplicationScoped
public class DocumentFiles {
    /** EN 16931 knows amounts of up to two decimals. */
    private static final int MAX_DECIMALS = 2;

    private final InvoiceMapper mapper;
    private final CreditNoteMapper notes;
    private final BillingService billing;

    DocumentFiles(InvoiceMapper mapper, CreditNoteMapper notes, BillingService billing) {
        this.mapper = mapper;
        this.notes = notes;
        this.billing = billing;
    }

    Document document(Invoice invoice) {
        return mapper.of(invoice, billing.prepaid(invoice), billing.byCard(invoice));
    }

    /** As if no card were charged for it. */
    Document transferred(Invoice invoice) {
        return mapper.of(invoice, billing.prepaid(invoice), Optional.empty());
    }

    Document document(CreditNote note, Invoice invoice) {
        return notes.of(note, invoice);
    }

    /** PDF/A-3 with the XML of Factur-X in it; of a draft, one that says so on each page and has no XML. */
    public byte[] pdf(Invoice invoice) {
        Document document = document(invoice);
        boolean draft = invoice.issue().isEmpty();
        String html = DocumentPdf.html(Printed.of(document, draft, InvoiceMapper.period(invoice)));
        About about = new About(
                invoice.id().value(),
                Printed.title(document, draft),
                document.seller().name(),
                invoice.issue().map(Invoice.Issue::issuedAt).orElse(invoice.until()));
        Optional<byte[]> xml = draft || !inXml(document) ? Optional.empty() : Optional.of(Cii.write(document));
        return PdfFile.of(html, about, xml);
    }

    /** @param invoice the one that the note is about */
    public byte[] pdf(CreditNote note, Invoice invoice) {
        Document document = document(note, invoice);
        String html = DocumentPdf.html(Printed.of(document, false, InvoiceMapper.period(invoice)));
        About about = new About(
                note.id(), Printed.title(document, false), document.seller().name(), note.issuedAt());
        return PdfFile.of(html, about, inXml(document) ? Optional.of(Cii.write(document)) : Optional.empty());
    }

    private static boolean inXml(Document document) {
        return document.totals().total().currency().getDefaultFractionDigits() <= MAX_DECIMALS;
    }

    /** @throws Problem 409 for a draft and for what EN 16931 cannot say */
    public byte[] facturX(Invoice invoice) {
        return Cii.write(issued(invoice));
    }

    /**
     * @param reference what the buyer wants to see on it
     * @throws Problem 409 for a draft, for what EN 16931 cannot say, and naming everything that the CIUS wants and the invoice has not
     */
    public byte[] xRechnung(Invoice invoice, Optional<String> reference) {
        return xRechnung(
                issued(invoice), reference.orElseGet(() -> invoice.account().toString()));
    }

    /** As of an invoice. */
    public byte[] xRechnung(CreditNote note, Invoice invoice, Optional<String> reference) {
        Document document = requireXml(document(note, invoice));
        return xRechnung(document, reference.orElseGet(() -> invoice.account().toString()));
    }

    /** As of an invoice. */
    public byte[] facturX(CreditNote note, Invoice invoice) {
        return Cii.write(requireXml(document(note, invoice)));
    }

    private static byte[] xRechnung(Document plain, String reference) {
        Document document = plain.withBuyerReference(reference);
        List<String> missing = Ubl.missing(document);
        if (!missing.isEmpty()) {
            throw Problem.conflict(
                    "xrechnung-incomplete", "An XRechnung has to name " + String.join(", ", missing) + ".");
        }
        return Ubl.write(document);
    }

    private Document issued(Invoice invoice) {
        if (invoice.issue().isEmpty()) {
            throw Problem.conflict("invoice-not-final", "A draft is no invoice yet.");
        }
        return requireXml(document(invoice));
    }

    private static Document requireXml(Document document) {
        if (!inXml(document)) {
            throw Problem.conflict(
                    "currency-not-in-en16931", "Electronic invoices know currencies of up to two decimals only.");
        }
        return document;
    }
}
