package dev.berth.document;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of document is valid in both XML forms: schema, EN 16931's rules, the rules of XRechnung. */
class ValidXmlTest {
    static Stream<String> names() {
        return Goldens.names().stream();
    }

    private static Document golden(String name) {
        return Optional.ofNullable(Goldens.all().get(name)).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theXmlOfFacturXIsValid(String name) {
        byte[] xml = Cii.write(golden(name));

        Verdict.of(xml, name + ".xml").requireValid();
        assertArrayEquals(xml, Cii.write(golden(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theXRechnungIsValid(String name) {
        byte[] xml = Ubl.write(golden(name));

        Verdict.of(xml, name + ".xml").requireValid();
        assertArrayEquals(xml, Ubl.write(golden(name)));
    }

    /** The judge must be able to say no. */
    @Test
    void aWrongSumIsFound() {
        String right = new String(Cii.write(Goldens.plain()), StandardCharsets.UTF_8);
        String wrong = right.replace(
                "<ram:LineTotalAmount>4.00</ram:LineTotalAmount>", "<ram:LineTotalAmount>4.01</ram:LineTotalAmount>");

        Verdict verdict = Verdict.of(wrong.getBytes(StandardCharsets.UTF_8), "wrong.xml");

        assertTrue(!verdict.valid() && verdict.report().contains("BR-CO-10"), verdict.report());
    }

    @Test
    void aDocumentThatDoesNotAddUpIsNone() {
        Document d = Goldens.plain();

        assertThrows(
                IllegalArgumentException.class,
                () -> new Document(
                        d.type(),
                        d.number(),
                        d.dates(),
                        d.seller(),
                        d.buyer(),
                        d.buyerReference(),
                        d.preceding(),
                        d.lines().subList(0, 1),
                        d.taxes(),
                        d.totals(),
                        d.payment(),
                        d.language(),
                        d.notes()));
    }

    @Test
    void whatAnXRechnungLacksIsNamedAtOnce() {
        Document d = Goldens.plain();
        Document.Party bare = new Document.Party(
                "B",
                new Document.Address(List.of(), "", "", "DE"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Document without = new Document(
                d.type(),
                d.number(),
                d.dates(),
                bare,
                bare,
                Optional.empty(),
                d.preceding(),
                d.lines(),
                d.taxes(),
                d.totals(),
                d.payment(),
                d.language(),
                d.notes());

        assertEquals(9, Ubl.missing(without).size());
        assertEquals(List.of(), Ubl.missing(d));
    }

    @Test
    void textThatXmlCannotHoldIsReplaced() {
        assertEquals("a&lt;&amp;&quot;\uFFFD\uD83D\uDE00", Xml.escaped("a<&\"\u0001\uD83D\uDE00"));
    }
}
