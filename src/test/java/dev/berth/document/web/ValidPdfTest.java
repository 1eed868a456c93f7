package dev.berth.document.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.document.Cii;
import dev.berth.document.Document;
import dev.berth.document.Goldens;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.document.Verdict;
import dev.berth.document.web.PdfFile.About;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.common.filespecification.PDEmbeddedFile;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that customers get is PDF/A-3 with a valid Factur-X inside, and reads well in each language. */
class ValidPdfTest {
    private static final UUID ID = UUID.fromString("0198f2a0-0000-7000-8000-000000000001");
    private static final Instant AT = Instant.parse("2026-11-01T09:30:00Z");

    private static String html(Document document, boolean draft) {
        Engine engine = Engine.builder()
                .addDefaults()
                .addValueResolver(new ReflectionValueResolver())
                .addResultMapper(new HtmlEscaper(List.of("text/html")))
                .build();
        try {
            Template template = engine.parse(
                    Files.readString(Path.of("src/main/resources/templates/DocumentPdf/document.html")),
                    Variant.forContentType("text/html"));
            return template.data("printed", Printed.of(document, draft, "1. – 31. Oktober 2026"))
                    .render();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] pdf(Document document) {
        About about =
                new About(ID, Printed.title(document, false), document.seller().name(), AT);
        return PdfFile.of(html(document, false), about, Optional.of(Cii.write(document)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "reverse-charge", "credit-note", "yen"})
    void theFileIsValid(String name) {
        byte[] file = pdf(Optional.ofNullable(Goldens.all().get(name)).orElseThrow());

        Verdict.of(file, name + ".pdf").requireValid();
    }

    @Test
    void theSameDocumentGivesTheSameBytes() {
        assertArrayEquals(pdf(Goldens.plain()), pdf(Goldens.plain()));
    }

    @Test
    void theXmlInsideIsTheDocuments() throws IOException {
        try (PDDocument file = Loader.loadPDF(pdf(Goldens.plain()))) {
            PDEmbeddedFilesNameTreeNode files =
                    new PDDocumentNameDictionary(file.getDocumentCatalog()).getEmbeddedFiles();
            PDEmbeddedFile inside = Optional.ofNullable(files.getNames().get("factur-x.xml"))
                    .orElseThrow()
                    .getEmbeddedFile();

            assertArrayEquals(Cii.write(Goldens.plain()), inside.toByteArray());
        }
    }

    @Test
    void aDraftHasNoXmlAndSaysThatItIsNone() throws IOException {
        About about = new About(ID, "Entwurf", "Seller", AT);
        byte[] file = PdfFile.of(html(Goldens.plain(), true), about, Optional.empty());

        try (PDDocument document = Loader.loadPDF(file)) {
            assertTrue(new PDFTextStripper().getText(document).contains("Entwurf, keine Rechnung"));
            assertFalse(new String(file, StandardCharsets.ISO_8859_1).contains("factur-x"));
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyLanguageFitsThePage(Language language) throws IOException {
        byte[] bytes = pdf(Goldens.in(language, 30));
        Path directory = Files.createDirectories(Path.of("target", "documents"));
        Files.write(directory.resolve("invoice-" + language.tag() + ".pdf"), bytes);

        try (PDDocument file = Loader.loadPDF(bytes)) {
            Edges edges = new Edges();
            String text = edges.getText(file);
            assertTrue(file.getNumberOfPages() >= 2);
            assertTrue(text.contains(Texts.of(language).get("sum.total")), text);
            assertTrue(edges.right <= 595 - 45, "text up to " + edges.right + " of 595 points");
            assertTrue(edges.left >= 50, "text from " + edges.left);
        }
    }

    /** How far text reaches on any page. */
    private static final class Edges extends PDFTextStripper {
        private float left = Float.MAX_VALUE;
        private float right;

        @Override
        protected void processTextPosition(TextPosition text) {
            left = Math.min(left, text.getXDirAdj());
            right = Math.max(right, text.getXDirAdj() + text.getWidthDirAdj());
            super.processTextPosition(text);
        }
    }

    @Test
    void everyTextIsInEveryLanguageWithTheSameBlanks() {
        Texts english = Texts.of(Language.EN);
        for (Language language : Language.values()) {
            Texts texts = Texts.of(language);
            assertEquals(english.keys(), texts.keys(), language.tag());
            for (String key : english.keys()) {
                assertEquals(blanks(english.get(key)), blanks(texts.get(key)), key + " in " + language);
                assertFalse(texts.get(key).isBlank(), key);
            }
        }
    }

    private static List<String> blanks(String text) {
        return Pattern.compile("%[sd]")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
