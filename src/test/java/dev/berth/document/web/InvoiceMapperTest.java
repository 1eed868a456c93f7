package dev.berth.document.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.document.Cii;
import dev.berth.document.Document;
import dev.berth.document.Ubl;
import dev.berth.document.Verdict;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.Invoice.BuyerParty;
import dev.berth.invoice.Invoice.SellerParty;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.InvoiceLine;
import dev.berth.invoice.RatedInterval;
import dev.berth.metering.Meter;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.party.Language;
import dev.berth.party.PostalAddress;
import dev.berth.party.SellerSettings;
import dev.berth.tax.Country;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.tax.VatRule;
import dev.berth.tax.VatStatus;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Invoices of every treatment of VAT become documents that a validator finds nothing wrong with. */
class InvoiceMapperTest {
    private static final UUID ID = UUID.fromString("0198f2a0-0000-7000-8000-000000000001");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Period OCTOBER =
            new Period(Instant.parse("2026-09-30T22:00:00Z"), Instant.parse("2026-10-31T23:00:00Z"));
    private static final Instant ISSUED = Instant.parse("2026-11-01T09:30:00Z");

    private static final Map<Language, String> CARD = Map.of(
            Language.EN,
            "You need not transfer anything: on 16 November 2026 at the earliest we charge what is still open by then,"
                    + " at most 7.25 EUR, to the card that you saved.",
            Language.DE,
            "Sie brauchen nichts zu überweisen: frühestens am 16. November 2026 buchen wir, was bis dahin noch offen ist,"
                    + " höchstens 7,25 EUR, von Ihrer gespeicherten Karte ab.",
            Language.FR,
            "Vous n’avez aucun virement à faire : au plus tôt le 16 novembre 2026, nous prélèverons sur votre carte"
                    + " enregistrée ce qui restera dû, au plus 7,25 EUR.",
            Language.ES,
            "No tiene que transferir nada: no antes del 16 de noviembre de 2026 cargaremos lo que siga pendiente, como"
                    + " máximo 7,25 EUR, en la tarjeta que ha guardado.");

    private record Contact(Optional<String> name, Optional<String> telephone, Optional<String> email)
            implements ContactSettings {}

    private static InvoiceMapper mapper() {
        SellerSettings operator = new SmallRyeConfigBuilder()
                .withMapping(SellerSettings.class)
                .build()
                .getConfigMapping(SellerSettings.class);
        Contact contact = new Contact(
                Optional.of("Anna Anker"), Optional.of("+49 40 1234567"), Optional.of("billing@hosting.example"));
        return new InvoiceMapper(contact, operator);
    }

    private static Document document(Invoice invoice, boolean paid) {
        Money total = invoice.totals().total();
        return mapper().of(invoice, paid ? total : Money.zero(total.currency()), Optional.empty());
    }

    private static InvoiceLine line(int n, String model, BigInteger quantity, Money amount) {
        boolean fee = model.equals("RECURRING");
        return new InvoiceLine(
                n,
                new InvoiceLine.Subject(new SubscriptionId(ID), ID, "web-1.example.org", ID, "Dinghy"),
                new InvoiceLine.What(
                        n,
                        model,
                        fee ? Optional.empty() : Optional.of(Meter.NETWORK_BYTES_SENT),
                        fee ? "Monthly fee" : "Traffic",
                        fee ? "month" : "GB",
                        fee ? BigInteger.ONE : BigInteger.valueOf(1_000_000_000),
                        new BigDecimal(fee ? "4" : "0.0125"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                quantity,
                fee ? BigInteger.ZERO : BigInteger.valueOf(1_000_000_000_000L),
                amount.decimal(),
                BigDecimal.ZERO,
                amount,
                List.of(new RatedInterval(OCTOBER, quantity, Optional.empty(), Optional.empty(), 0)));
    }

    private static Invoice invoice(Treatment treatment, String buyerCountry, Language language) {
        Optional<String> vatId =
                treatment.rule() == VatRule.REVERSE_CHARGE ? Optional.of("FR40303265045") : Optional.empty();
        VatProof proof = vatId.map(
                        id -> new VatProof(Optional.of(id), VatStatus.VALID, Optional.of(ISSUED), Optional.empty()))
                .orElse(VatProof.NONE);
        List<InvoiceLine> lines = List.of(
                line(1, "RECURRING", BigInteger.valueOf(2_678_400), Money.of("4.00", "EUR")),
                line(2, "USAGE", new BigInteger("1234567890123"), Money.of("2.93", "EUR")));
        TaxRow tax = TaxRow.of(treatment, Money.of("6.93", "EUR"));
        return new Invoice(
                new InvoiceId(ID),
                new AccountId(ID),
                State.FINAL,
                OCTOBER,
                OCTOBER.to(),
                Optional.of(
                        new Invoice.Issue("B2026-000017", ISSUED, ISSUED.plusSeconds(14 * 86_400), Optional.empty())),
                new Invoice.Totals(tax.base(), tax.tax(), tax.base().plus(tax.tax()), List.of(tax)),
                new Invoice.Parties(
                        new SellerParty(
                                "berth",
                                1,
                                "Hafen & Söhne Hosting GmbH",
                                new PostalAddress(List.of("Kaistraße 1"), "20457", "Hamburg", new Country("DE")),
                                Optional.of("DE136695976"),
                                Optional.empty(),
                                "Bank transfer",
                                Optional.of("DE02120300000000202051"),
                                Optional.of("BYLADEM1001"),
                                Optional.of("billing@hosting.example")),
                        new BuyerParty(
                                1,
                                "Acheteur SARL",
                                "compta@acheteur.example",
                                new PostalAddress(
                                        List.of("1 rue du Port"), "75001", "Paris", new Country(buyerCountry)),
                                proof,
                                language)),
                BERLIN,
                lines,
                Optional.empty());
    }

    private static Treatment treatment(VatRule rule) {
        return switch (rule) {
            case DOMESTIC, BELOW_THRESHOLD -> new Treatment(rule, new Country("DE"), 1900);
            case ONE_STOP_SHOP -> new Treatment(rule, new Country("FR"), 2000);
            case REVERSE_CHARGE -> new Treatment(rule, new Country("FR"), 0);
            case EXPORT -> new Treatment(rule, new Country("US"), 0);
            case SMALL_ENTERPRISE, OUT_OF_SCOPE -> new Treatment(rule, new Country("DE"), 0);
        };
    }

    @ParameterizedTest
    @EnumSource(VatRule.class)
    void everyTreatmentOfVatIsValid(VatRule rule) {
        String country = rule == VatRule.EXPORT ? "US" : rule == VatRule.DOMESTIC ? "DE" : "FR";
        Document document = document(invoice(treatment(rule), country, Language.FR), false);

        Verdict.of(Cii.write(document), "invoice.xml").requireValid();
        Verdict.of(Ubl.write(document.withBuyerReference("4711")), "invoice.xml")
                .requireValid();
    }

    @Test
    void datesAndNumbersAreTheBuyers() {
        Document document = document(invoice(treatment(VatRule.DOMESTIC), "DE", Language.DE), false);

        assertEquals("2026-10-01", document.dates().from().toString());
        assertEquals("2026-10-31", document.dates().to().toString());
        Document.Line fee = document.lines().getFirst();
        assertEquals("31 Tg. 0 Std.", fee.quantity());
        assertEquals("web-1.example.org · Dinghy · 1. Oktober 2026 – 31. Oktober 2026", fee.detail());
        Document.Line traffic = document.lines().get(1);
        assertEquals("1.234,568 GB, davon 1.000 GB enthalten", traffic.quantity());
        assertEquals("0,0125 je GB", traffic.price());
        assertTrue(
                document.payment().terms().contains("bis zum 15. November 2026"),
                document.payment().terms());
        assertTrue(
                document.payment().terms().contains("8,25\u00A0EUR"),
                document.payment().terms());
    }

    /** Of an earlier time that made no invoice, and of one that did. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EN | Correction of an earlier time, as readings came late: Traffic | Correction of invoice B1, as readings came late: Traffic
            DE | Korrektur eines früheren Zeitraums wegen verspäteter Messwerte: Traffic | Korrektur der Rechnung B1 wegen verspäteter Messwerte: Traffic
            FR | Correction d’une période antérieure, des relevés étant arrivés en retard\u00A0: Traffic | Correction de la facture B1, des relevés étant arrivés en retard\u00A0: Traffic
            ES | Corrección de un período anterior por lecturas que llegaron tarde: Traffic | Corrección de la factura B1 por lecturas que llegaron tarde: Traffic
            """)
    void aCorrectionSaysWhatItCorrects(dev.berth.document.Language language, String nothing, String invoice) {
        LineWords words = new LineWords(language, BERLIN);

        assertEquals(nothing, words.label(correction(Optional.empty())));
        assertEquals(invoice, words.label(correction(Optional.of("B1"))));
        assertTrue(words.quantity(correction(Optional.of("B1"))).endsWith(" GB"));
    }

    private static InvoiceLine correction(Optional<String> number) {
        InvoiceLine line = line(1, "USAGE", BigInteger.valueOf(1_500_000_000), Money.of("0.02", "EUR"));
        InvoiceLine.What what = line.what();
        return new InvoiceLine(
                1,
                line.subject(),
                new InvoiceLine.What(
                        what.position(),
                        "CORRECTION",
                        what.meter(),
                        what.label(),
                        what.unitLabel(),
                        what.unitQuantity(),
                        what.unitPrice(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new InvoiceLine.Corrects(
                                new InvoiceId(UUID.randomUUID()),
                                number,
                                OCTOBER,
                                Optional.empty(),
                                Optional.empty()))),
                line.quantity(),
                BigInteger.ZERO,
                line.exact(),
                BigDecimal.ZERO,
                line.amount(),
                List.of());
    }

    @Test
    void whatWasPaidAtOnceIsNotAskedFor() {
        Document document = document(invoice(treatment(VatRule.DOMESTIC), "DE", Language.EN), true);

        assertTrue(document.totals().due().isZero());
        assertTrue(document.payment().iban().isEmpty());
        assertTrue(document.dates().due().isEmpty());
        assertEquals(
                "Paid from your credit. Nothing is left to do.",
                document.payment().terms());
        Verdict.of(Cii.write(document), "invoice.xml").requireValid();
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void ofWhatACardIsChargedForNothingIsToBeTransferred(Language language) {
        Invoice invoice = invoice(treatment(VatRule.DOMESTIC), "DE", language);
        // in Berlin it is the 16th already
        Instant from = Instant.parse("2026-11-15T23:30:00Z");

        Document document = mapper().of(invoice, Money.of("1.00", "EUR"), Optional.of(from));

        String terms = document.payment().terms();
        assertEquals(CARD.get(language), terms.replace('\u00A0', ' ').replace('\u202F', ' '));
        assertEquals(Document.Means.CARD, document.payment().means());
        String cii = new String(Cii.write(document), StandardCharsets.UTF_8);
        String ubl = new String(Ubl.write(document.withBuyerReference("4711")), StandardCharsets.UTF_8);
        assertTrue(cii.contains("<ram:TypeCode>68</ram:TypeCode>"), cii);
        assertTrue(ubl.contains("<cbc:PaymentMeansCode>68</cbc:PaymentMeansCode>"), ubl);
        assertFalse((cii + ubl).contains("DE02120300000000202051"), "an account is where one would transfer to");
        Verdict.of(Cii.write(document), "invoice.xml").requireValid();
        Verdict.of(Ubl.write(document.withBuyerReference("4711")), "invoice.xml")
                .requireValid();
    }

    @Test
    void whatIsPaidAlreadyIsNotChargedToACard() {
        Invoice invoice = invoice(treatment(VatRule.DOMESTIC), "DE", Language.EN);

        Document document = mapper().of(invoice, invoice.totals().total(), Optional.of(ISSUED));

        assertEquals(Document.Means.OTHER, document.payment().means());
        assertEquals(
                "Paid from your credit. Nothing is left to do.",
                document.payment().terms());
    }

    @Test
    void aNumberThatIsNoVatIdIsPrintedButIsNone() {
        BuyerParty odd = new BuyerParty(
                1,
                "B",
                "b@example.org",
                PostalAddress.in(new Country("US")),
                VatProof.unchecked("12-3456789"),
                Language.EN);

        Document.Party party = InvoiceMapper.buyer(odd);

        assertFalse(party.vatId().isPresent());
        assertEquals(Optional.of("12-3456789"), party.taxNumber());
    }
}
