package dev.berth.document.web;

import dev.berth.document.Document;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.CreditNote;
import dev.berth.invoice.CreditNotes;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoicePayer;
import dev.berth.invoice.InvoicePayer.Planned;
import dev.berth.invoice.OpenInvoices;
import dev.berth.mail.Mail;
import dev.berth.mail.Mail.Address;
import dev.berth.mail.Mail.Enclosure;
import dev.berth.mail.Outbox;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Writes the mail of each document that was issued and puts it into the outbox: each in a transaction of its own that holds its row, so
 * that replicas share them and one that cannot be written stops no other.
 */
@ApplicationScoped
class DocumentMails {
    static final int MAX_ATTEMPTS = 10;
    private static final Logger LOG = Logger.getLogger(DocumentMails.class);
    private static final int MAX_PER_RUN = 1_000;
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);

    private final Database database;
    private final Transactions transactions;
    private final BillingService billing;
    private final DocumentFiles files;
    private final CreditNotes notes;
    private final InvoicePayer payer;
    private final OpenInvoices invoices;
    private final Outbox outbox;
    private final InstantSource clock;

    DocumentMails(
            Database database,
            Transactions transactions,
            BillingService billing,
            DocumentFiles files,
            CreditNotes notes,
            InvoicePayer payer,
            OpenInvoices invoices,
            Outbox outbox,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.billing = billing;
        this.files = files;
        this.notes = notes;
        this.payer = payer;
        this.invoices = invoices;
        this.outbox = outbox;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.mail.run-every}",
            identity = "document-mails",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        run();
    }

    /** @return how many mails were put into the outbox */
    int run() {
        int queued = 0;
        for (int i = 0; i < MAX_PER_RUN; i++) {
            Step step = next();
            if (step == Step.NONE) {
                break;
            }
            queued += step == Step.QUEUED ? 1 : 0;
        }
        return queued;
    }

    private enum Step {
        NONE,
        QUEUED,
        FAILED
    }

    private record Issued(UUID id, String kind, int attempts) {
        static Issued of(Row row) {
            return new Issued(row.uuid("document_id"), row.text("kind"), row.integer("attempts"));
        }
    }

    private Step next() {
        AtomicReference<Optional<Issued>> held = new AtomicReference<>(Optional.empty());
        try {
            return transactions.run(() -> {
                held.set(database.one(
                        "SELECT document_id, kind, attempts FROM document_to_send WHERE next_attempt_at <= ?"
                                + " ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                        Issued::of,
                        clock.instant()));
                return held.get().map(this::queue).orElse(Step.NONE);
            });
        } catch (RuntimeException e) {
            Issued issued = held.get().orElseThrow(() -> e);
            LOG.errorf(e, "the mail of %s %s cannot be written", issued.kind(), issued.id());
            later(issued);
            return Step.FAILED;
        }
    }

    /** A buyer without a mail address is told by the portal's pages only. */
    private Step queue(Issued issued) {
        mail(issued).ifPresent(outbox::queue);
        database.update("DELETE FROM document_to_send WHERE document_id = ?", issued.id());
        return Step.QUEUED;
    }

    /** Twice as long each time, ten times at most. */
    private void later(Issued issued) {
        int attempts = issued.attempts() + 1;
        database.update(
                "UPDATE document_to_send SET attempts = ?, next_attempt_at = ? WHERE document_id = ?",
                attempts,
                attempts < MAX_ATTEMPTS
                        ? Optional.of(clock.instant().plus(FIRST_WAIT.multipliedBy(1L << attempts)))
                        : Optional.empty(),
                issued.id());
    }

    private Optional<Mail> mail(Issued issued) {
        return switch (issued.kind()) {
            case "INVOICE" -> invoice(issued.id());
            case "CREDIT_NOTE" -> creditNote(issued.id());
            default -> throw new IllegalStateException("there are no documents of kind " + issued.kind());
        };
    }

    private Optional<Mail> invoice(UUID id) {
        Invoice invoice = billing.issued(new InvoiceId(id)).orElseThrow();
        Document document = files.document(invoice);
        Language language = document.language();
        Texts texts = Texts.of(language);
        String text = texts.get(
                "mail.invoice.text",
                document.number(),
                InvoiceMapper.period(invoice),
                language.amount(document.totals().total()),
                billing.byCard(invoice)
                        .map(from -> byCard(invoice, from, language))
                        .orElse(document.payment().terms()),
                document.seller().name());
        return address(document)
                .map(address -> new Mail(
                        "invoice/" + id,
                        "invoice",
                        Optional.of(invoice.account().value()),
                        address,
                        language.locale(),
                        texts.get(
                                "mail.invoice.subject",
                                document.number(),
                                document.seller().name()),
                        text,
                        List.of(new Enclosure(InvoicePdfMaker.NAME, id.toString()))));
    }

    /** In place of how to pay: nothing is to be done. Unless its owner thought better of it since the document was issued. */
    private String byCard(Invoice invoice, Instant from, Language language) {
        Texts texts = Texts.of(language);
        Optional<Planned> planned = payer.tell(invoice.id(), from);
        if (planned.isPresent()) {
            return charge(planned.get(), invoice, language);
        }
        boolean open = invoices.find(invoice.id())
                .filter(found -> found.open().isPositive())
                .isPresent();
        return open
                ? texts.get(
                        "mail.invoice.no-charge",
                        files.transferred(invoice).payment().terms())
                : texts.get("mail.invoice.settled");
    }

    private static String charge(Planned planned, Invoice invoice, Language language) {
        return Texts.of(language)
                .get(
                        "mail.invoice.charge",
                        language.day(LocalDate.ofInstant(planned.at(), invoice.zone())),
                        language.amount(planned.most()));
    }

    private Optional<Mail> creditNote(UUID id) {
        CreditNote note = notes.issued(id).orElseThrow();
        Document document =
                files.document(note, billing.issued(note.invoiceId()).orElseThrow());
        Language language = document.language();
        Texts texts = Texts.of(language);
        String seller = document.seller().name();
        String text = texts.get(
                "mail.credit-note.text",
                document.number(),
                note.invoice(),
                language.amount(document.totals().total()),
                document.payment().terms(),
                seller);
        return address(document)
                .map(address -> new Mail(
                        "credit-note/" + id,
                        "credit-note",
                        Optional.of(note.account().value()),
                        address,
                        language.locale(),
                        texts.get("mail.credit-note.subject", document.number(), seller),
                        text,
                        List.of(new Enclosure(CreditNotePdfMaker.NAME, id.toString()))));
    }

    /** In the seller's name; answers go to it where it has an address. Empty for a buyer without one. */
    private static Optional<Address> address(Document document) {
        return document.buyer()
                .email()
                .map(email -> new Address(
                        email,
                        Optional.of(document.seller().name()),
                        document.seller().email()));
    }
}
