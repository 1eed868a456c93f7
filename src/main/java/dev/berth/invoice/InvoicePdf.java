package dev.berth.invoice;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.party.PostalAddress;
import dev.berth.tax.TaxRow;
import dev.berth.tax.VatRule;
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
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.jspecify.annotations.Nullable;

/** Prints an invoice from its snapshot: the same invoice gives the same bytes. A draft says on each page that it is one. */
@ApplicationScoped
public class InvoicePdf {
    private static final String FONT = "DejaVu Sans";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

    static {
        // it would write each step of each page to the console, past the logs
        XRLog.setLoggingEnabled(false);
    }

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance invoice(Printed invoice);
    }

    /** Everything as text; the template decides nothing. */
    record Printed(
            String title,
            String sellerName,
            List<String> sellerAddress,
            String sellerTaxId,
            String buyerName,
            List<String> buyerAddress,
            String buyerEmail,
            String buyerVatId,
            List<Fact> facts,
            List<PrintedLine> lines,
            String net,
            List<PrintedTax> taxes,
            String total,
            String currency,
            String closing) {}

    record Fact(String name, String value) {}

    /** @param note what the law wants said; empty for nothing */
    record PrintedTax(String rate, String tax, String note) {
        static PrintedTax of(TaxRow row) {
            String rate = BigDecimal.valueOf(row.treatment().basisPoints(), 2)
                    .stripTrailingZeros()
                    .toPlainString();
            String country = row.treatment().rule() == VatRule.ONE_STOP_SHOP
                    ? " " + row.treatment().country().name(Locale.ENGLISH)
                    : "";
            return new PrintedTax(
                    rate + " %" + country,
                    row.tax().amount(),
                    row.treatment().rule().note());
        }
    }

    record PrintedLine(int n, String label, String detail, String quantity, String price, String amount) {}

    /** The file as a download. */
    public Response answer(Invoice invoice) {
        String name = invoice.issue().map(Invoice.Issue::label).orElse("draft");
        return Response.ok(render(invoice), "application/pdf")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"invoice-" + name + ".pdf\"")
                .build();
    }

    public byte[] render(Invoice invoice) {
        String html = Templates.invoice(printed(invoice)).render();
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
                stamp(document, invoice);
                document.save(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Dates and id that come from the invoice, not from the time of printing. */
    private static void stamp(PDDocument document, Invoice invoice) {
        Calendar at = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        at.setTimeInMillis(invoice.issue()
                .map(Invoice.Issue::issuedAt)
                .orElse(invoice.until())
                .toEpochMilli());
        document.getDocumentInformation().setCreationDate(at);
        document.getDocumentInformation().setModificationDate(at);
        document.setDocumentId(invoice.id().value().getMostSignificantBits());
    }

    private static InputStream font(String file) {
        @Nullable InputStream stream = InvoicePdf.class.getResourceAsStream("/fonts/" + file);
        if (stream == null) {
            throw new IllegalStateException("font " + file + " is missing");
        }
        return stream;
    }

    private static Printed printed(Invoice invoice) {
        Invoice.Parties parties = invoice.parties();
        Totals totals = invoice.totals();
        return new Printed(
                invoice.issue().map(i -> "Invoice " + i.label()).orElse("Draft, not an invoice"),
                parties.sellerName(),
                parties.seller().address().lines(Locale.ENGLISH),
                parties.sellerTaxId(),
                parties.buyerName(),
                buyerAddress(parties.buyer().address()),
                parties.buyerEmail(),
                parties.buyer().vat().id().orElse(""),
                facts(invoice),
                invoice.lines().stream()
                        .map(line -> printed(line, invoice.zone()))
                        .toList(),
                totals.net().amount(),
                totals.taxes().stream().map(PrintedTax::of).toList(),
                totals.total().amount(),
                totals.net().currency().getCurrencyCode(),
                closing(invoice));
    }

    /** Nothing of an account that never said where it is. */
    private static List<String> buyerAddress(PostalAddress address) {
        return address.street().isEmpty() ? List.of() : address.lines(Locale.ENGLISH);
    }

    private static List<Fact> facts(Invoice invoice) {
        ZoneId zone = invoice.zone();
        Fact period = new Fact(
                "Service period",
                range(invoice.period().from(), invoice.period().to(), zone) + " (" + zone.getId() + ")");
        return invoice.issue()
                .map(issue -> List.of(
                        new Fact("Invoice number", issue.label()),
                        new Fact("Invoice date", DAY.format(issue.issuedAt().atZone(zone))),
                        new Fact("Due", DAY.format(issue.dueAt().atZone(zone))),
                        period))
                .orElseGet(() -> List.of(period));
    }

    private static PrintedLine printed(InvoiceLine line, ZoneId zone) {
        String span = line.intervals().stream()
                .map(i -> range(i.period().from(), i.period().to(), zone))
                .findFirst()
                .orElse("");
        String included = LineText.included(line);
        return new PrintedLine(
                line.n(),
                line.what().label(),
                "%s · %s · %s"
                        .formatted(line.subject().hostname(), line.subject().planName(), span),
                LineText.quantity(line) + (included.isEmpty() ? "" : ", of which %s included".formatted(included)),
                LineText.price(line),
                line.amount().amount());
    }

    private static String range(Instant from, Instant to, ZoneId zone) {
        boolean days = wholeDay(from, zone) && wholeDay(to, zone);
        return days
                ? DAY.format(from.atZone(zone)) + " – "
                        + DAY.format(to.atZone(zone).minusDays(1))
                : MINUTE.format(from.atZone(zone)) + " – " + MINUTE.format(to.atZone(zone));
    }

    private static boolean wholeDay(Instant instant, ZoneId zone) {
        return instant.atZone(zone).truncatedTo(ChronoUnit.DAYS).toInstant().equals(instant);
    }

    private static String closing(Invoice invoice) {
        return switch (invoice.state()) {
            case DRAFT -> "This is a draft. It changes with every measurement until its period is closed.";
            case FINAL -> "Please pay by: " + invoice.parties().sellerPayment() + ".";
            case PAID -> "Paid from your credit. Nothing is left to do.";
            case VOID -> "This invoice was voided.";
        };
    }
}
