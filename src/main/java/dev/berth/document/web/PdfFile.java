package dev.berth.document.web;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import com.openhtmltopdf.util.XRLog;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.common.filespecification.PDEmbeddedFile;
import org.jspecify.annotations.Nullable;

/**
 * Makes PDF/A-3U (ISO 19005-3) of HTML, with the XML of Factur-X embedded as its specification (1.0, section 6) wants. The same input gives
 * the same bytes: dates and ids come from it, not from the time of printing.
 */
final class PdfFile {
    static final String FONT = "DejaVu Sans";
    private static final String XML_NAME = "factur-x.xml";
    private static final byte[] SRGB =
            ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

    static {
        // it would write each step of each page to the console, past the logs
        XRLog.setLoggingEnabled(false);
    }

    private PdfFile() {}

    /** @param at the date of the document */
    record About(UUID id, String title, String author, Instant at) {}

    /** @param xml to embed; empty for what is no invoice yet */
    static byte[] of(String html, About about, Optional<byte[]> xml) {
        PdfRendererBuilder builder = new PdfRendererBuilder();
        builder.usePdfAConformance(PdfAConformance.PDFA_3_U);
        builder.useColorProfile(SRGB);
        builder.useFont(() -> font("DejaVuSansCondensed.ttf"), FONT, 400, FontStyle.NORMAL, true);
        builder.useFont(() -> font("DejaVuSansCondensed-Bold.ttf"), FONT, 700, FontStyle.NORMAL, true);
        builder.withHtmlContent(html, null);
        builder.withProducer(Xmp.PRODUCER);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        builder.toStream(bytes);
        try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
            renderer.createPDFWithoutClosing();
            try (PDDocument document = renderer.getPdfDocument()) {
                describe(document, about, xml.isPresent());
                if (xml.isPresent()) {
                    embed(document, about, xml.get());
                }
                document.save(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void describe(PDDocument document, About about, boolean withXml) throws IOException {
        PDDocumentInformation information = new PDDocumentInformation();
        information.setTitle(about.title());
        information.setAuthor(about.author());
        information.setProducer(Xmp.PRODUCER);
        information.setCreationDate(calendar(about.at()));
        information.setModificationDate(calendar(about.at()));
        document.setDocumentInformation(information);
        document.setDocumentId(about.id().getMostSignificantBits());
        PDMetadata metadata = new PDMetadata(document);
        metadata.importXMPMetadata(Xmp.of(about, withXml).getBytes(StandardCharsets.UTF_8));
        document.getDocumentCatalog().setMetadata(metadata);
    }

    private static void embed(PDDocument document, About about, byte[] xml) throws IOException {
        PDEmbeddedFile file = new PDEmbeddedFile(document, new ByteArrayInputStream(xml), COSName.FLATE_DECODE);
        file.setSubtype("text/xml");
        file.setSize(xml.length);
        file.setCreationDate(calendar(about.at()));
        file.setModDate(calendar(about.at()));
        PDComplexFileSpecification specification = new PDComplexFileSpecification();
        specification.setFile(XML_NAME);
        specification.setFileUnicode(XML_NAME);
        specification.setFileDescription("Factur-X invoice");
        specification.setEmbeddedFile(file);
        specification.setEmbeddedFileUnicode(file);
        // the XML says the same as the pages: either may be booked
        specification.getCOSObject().setName("AFRelationship", "Alternative");
        PDEmbeddedFilesNameTreeNode tree = new PDEmbeddedFilesNameTreeNode();
        tree.setNames(Map.of(XML_NAME, specification));
        PDDocumentNameDictionary names = new PDDocumentNameDictionary(document.getDocumentCatalog());
        names.setEmbeddedFiles(tree);
        document.getDocumentCatalog().setNames(names);
        COSArray associated = new COSArray(List.of(specification.getCOSObject()));
        document.getDocumentCatalog().getCOSObject().setItem(COSName.getPDFName("AF"), associated);
    }

    private static Calendar calendar(Instant at) {
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setTimeInMillis(at.getEpochSecond() * 1_000);
        return calendar;
    }

    private static InputStream font(String file) {
        @Nullable InputStream stream = PdfFile.class.getResourceAsStream("/fonts/" + file);
        if (stream == null) {
            throw new IllegalStateException("font " + file + " is missing");
        }
        return stream;
    }
}
