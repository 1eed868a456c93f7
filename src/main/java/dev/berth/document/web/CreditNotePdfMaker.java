package dev.berth.document.web;

import dev.berth.invoice.BillingService;
import dev.berth.invoice.CreditNote;
import dev.berth.invoice.CreditNotes;
import dev.berth.mail.EnclosureMaker;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Encloses a credit note's PDF. */
@ApplicationScoped
@Unremovable
class CreditNotePdfMaker implements EnclosureMaker {
    static final String NAME = "credit-note-pdf";

    private final CreditNotes notes;
    private final BillingService billing;
    private final DocumentFiles files;

    CreditNotePdfMaker(CreditNotes notes, BillingService billing, DocumentFiles files) {
        this.notes = notes;
        this.billing = billing;
        this.files = files;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public File make(String subject) {
        CreditNote note = notes.issued(UUID.fromString(subject)).orElseThrow();
        byte[] pdf = files.pdf(note, billing.issued(note.invoiceId()).orElseThrow());
        return new File("credit-note-" + note.label() + ".pdf", "application/pdf", pdf);
    }
}
