package dev.berth.invoice;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.jspecify.annotations.Nullable;

/** Prints a credit note from its snapshot: the same note gives the same bytes. */
@ApplicationScoped
public class CreditNotePdf {
    private static final String FONT = "DejaVu Sans";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance note(Printed note);
    }

    /** Everything as text; the template decides nothing. */
    record Printed(
            String title,
            String sellerName,
            List<String> sellerAddress,
            String sellerTaxId,
            String buyerName,
            String buyerEmail,
            List<Fact> facts,
            List<PrintedLine> lines,
            String net,
            String taxRate,
            String tax,
            String total,
            String currency,
            String closing) {}

    record Fact(String name, String value) {}

    record PrintedLine(int line, String label, String hostname, String reason, String amount) {}

    /** @param invoice the one it is about */
    public byte[] render(CreditNote note, Invoice invoice) {
        return printed(Templates.note(printed(note, invoice)).render(), note.issuedAt(), note.id());
    }

    Response answer(CreditNote note, Invoice invoice) {
        return Response.ok(render(note, invoice), "application/pdf")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"credit-note-" + note.label() + ".pdf\"")
                .build();
    }

    private static Printed printed(CreditNote note, Invoice invoice) {
        Invoice.Parties parties = invoice.parties();
        CreditNote.Totals totals = note.totals();
        return new Printed(
                "Credit note " + note.label(),
                parties.sellerName(),
                List.of(parties.sellerAddress().split(";", -1)),
                parties.sellerTaxId(),
                parties.buyerName(),
                parties.buyerEmail(),
                List.of(
                        new Fact("Credit note number", note.label()),
                        new Fact("Date", day(note.issuedAt(), invoice)),
                        new Fact("For invoice", note.invoice()),
                        new Fact(
                                "Invoice date",
                                day(invoice.issue().orElseThrow().issuedAt(), invoice))),
                note.lines().stream()
                        .map(l -> new PrintedLine(
                                l.line(),
                                l.label(),
                                l.hostname(),
                                l.reason(),
                                l.amount().amount()))
                        .toList(),
                totals.net().amount(),
                BigDecimal.valueOf(totals.taxBasisPoints(), 2)
                                .stripTrailingZeros()
                                .toPlainString() + " %",
                totals.tax().amount(),
                totals.total().amount(),
                totals.net().currency().getCurrencyCode(),
                closing(note.settled()));
    }

    private static String day(Instant at, Invoice invoice) {
        return DAY.format(at.atZone(invoice.zone()));
    }

    private static String closing(CreditNote.Settled settled) {
        String owed = "You owe %s less for this invoice.".formatted(settled.reduced());
        String back = "%s that you had paid is credit of your account.".formatted(settled.returned());
        if (settled.returned().isZero()) {
            return owed;
        }
        return settled.reduced().isZero() ? back : owed + " " + back;
    }

    /** @param at and {@code id} come from the document, not from the time of printing */
    private static byte[] printed(String html, Instant at, UUID id) {
        PdfRendererBuilder builder = new PdfRendererBuilder();
        builder.useFont(() -> font("DejaVuSansCondensed.ttf"), FONT, 400, FontStyle.NORMAL, true);
        builder.useFont(() -> font("DejaVuSansCondensed-Bold.ttf"), FONT, 700, FontStyle.NORMAL, true);
        builder.withHtmlContent(html, null);
        builder.withProducer("Berth");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        builder.toStream(bytes);
        try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
            renderer.createPDFWithoutClosing();
            try (PDDocument document = renderer.getPdfDocument()) {
                stamp(document, at, id);
                document.save(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void stamp(PDDocument document, Instant at, UUID id) {
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setTimeInMillis(at.toEpochMilli());
        document.getDocumentInformation().setCreationDate(calendar);
        document.getDocumentInformation().setModificationDate(calendar);
        document.setDocumentId(id.getMostSignificantBits());
    }

    private static InputStream font(String file) {
        @Nullable InputStream stream = CreditNotePdf.class.getResourceAsStream("/fonts/" + file);
        if (stream == null) {
            throw new IllegalStateException("font " + file + " is missing");
        }
        return stream;
    }
}
