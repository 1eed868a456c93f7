package dev.berth.document.web;

import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.mail.EnclosureMaker;
import dev.berth.units.InvoiceId;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Encloses an invoice's PDF. */
@ApplicationScoped
@Unremovable
class InvoicePdfMaker implements EnclosureMaker {
    static final String NAME = "invoice-pdf";

    private final BillingService billing;
    private final DocumentFiles files;

    InvoicePdfMaker(BillingService billing, DocumentFiles files) {
        this.billing = billing;
        this.files = files;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public File make(String subject) {
        Invoice invoice =
                billing.issued(new InvoiceId(UUID.fromString(subject))).orElseThrow();
        String number = invoice.issue().orElseThrow().label();
        return new File("invoice-" + number + ".pdf", "application/pdf", files.pdf(invoice));
    }
}
