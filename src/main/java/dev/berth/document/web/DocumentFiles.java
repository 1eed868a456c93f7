package dev.berth.document.web;

import dev.berth.document.Cii;
import dev.berth.document.Document;
import dev.berth.document.Ubl;
import dev.berth.document.web.PdfFile.About;
import dev.berth.invoice.BillingService;
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
    private final BillingService billing;

    DocumentFiles(InvoiceMapper mapper, BillingService billing) {
        this.mapper = mapper;
        this.billing = billing;
    }

    Document document(Invoice invoice) {
        return mapper.of(invoice, billing.prepaid(invoice));
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
        Document document = issued(invoice)
                .withBuyerReference(reference.orElseGet(() -> invoice.account().toString()));
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
        Document document = document(invoice);
        if (!inXml(document)) {
            throw Problem.conflict(
                    "currency-not-in-en16931", "Electronic invoices know currencies of up to two decimals only.");
        }
        return document;
    }
}
