package dev.berth.document;

import dev.berth.document.Document.Address;
import dev.berth.document.Document.Category;
import dev.berth.document.Document.Contact;
import dev.berth.document.Document.Dates;
import dev.berth.document.Document.Line;
import dev.berth.document.Document.Means;
import dev.berth.document.Document.Party;
import dev.berth.document.Document.Payment;
import dev.berth.document.Document.Preceding;
import dev.berth.document.Document.Tax;
import dev.berth.document.Document.Totals;
import dev.berth.document.Document.Vat;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Documents of every kind that can be issued, complete enough for an XRechnung. */
public final class Goldens {
    private static final Vat GERMAN = new Vat(Category.S, 1900);
    private static final LocalDate FROM = LocalDate.of(2026, 10, 1);
    private static final LocalDate TO = LocalDate.of(2026, 10, 31);
    private static final LocalDate ISSUED = LocalDate.of(2026, 11, 1);
    private static final Party SELLER = new Party(
            "Hafen & Söhne Hosting GmbH",
            new Address(List.of("Kaistraße 1", "Speicher 4"), "20457", "Hamburg", "DE"),
            Optional.of("DE136695976"),
            Optional.empty(),
            Optional.of("billing@hosting.example"),
            Optional.of(new Contact("Anna Anker", "+49 40 1234567", "billing@hosting.example")));
    private static final Payment PAYMENT = new Payment(
            Means.TRANSFER,
            Optional.of("DE02120300000000202051"),
            Optional.of("BYLADEM1001"),
            "B2026-000017",
            "Bitte überweisen Sie bis zum 15. November 2026.");

    private Goldens() {}

    /** A line of a golden document: its name, net amount and tax. */
    private record Item(String name, String net, Vat vat) {}

    private static Party buyer(String name, String country, Optional<String> vatId) {
        return new Party(
                name,
                new Address(List.of("1 Main Street"), "1010", "Somewhere", country),
                vatId,
                Optional.empty(),
                Optional.of("accounts@buyer.example"),
                Optional.empty());
    }

    private static Document document(String currency, Party buyer, List<Tax> reasons, Item... items) {
        Currency unit = Currency.getInstance(currency);
        List<Line> lines = new ArrayList<>();
        Map<Vat, Money> bases = new LinkedHashMap<>();
        for (Item item : items) {
            Money net = Money.of(item.net(), currency);
            lines.add(new Line(
                    lines.size() + 1,
                    item.name(),
                    "web-1.example.org · Dinghy · 1. – 31. Oktober 2026",
                    "743,5 GiB h",
                    "0,0031 je GiB h",
                    net,
                    item.vat(),
                    FROM,
                    TO));
            bases.merge(item.vat(), net, Money::plus);
        }
        List<Tax> taxes = new ArrayList<>();
        bases.forEach((vat, base) -> taxes.add(reasons.stream()
                .filter(reason -> reason.vat().equals(vat))
                .findFirst()
                .map(reason -> new Tax(vat, base, Money.zero(unit), "", reason.reason(), reason.reasonCode()))
                .orElseGet(() -> charged(vat, base))));
        Money net = bases.values().stream().reduce(Money.zero(unit), Money::plus);
        Money tax = taxes.stream().map(Tax::tax).reduce(Money.zero(unit), Money::plus);
        return new Document(
                Document.Type.INVOICE,
                "B2026-000017",
                new Dates(ISSUED, Optional.of(ISSUED.plusDays(14)), FROM, TO),
                SELLER,
                buyer,
                Optional.of("04011000-1234512345-06"),
                Optional.empty(),
                lines,
                taxes,
                new Totals(net, tax, net.plus(tax), Money.zero(unit)),
                PAYMENT,
                Language.DE,
                List.of());
    }

    private static Tax charged(Vat vat, Money base) {
        BigDecimal exact = base.decimal().multiply(BigDecimal.valueOf(vat.basisPoints(), 4));
        String label =
                BigDecimal.valueOf(vat.basisPoints(), 2).stripTrailingZeros().toPlainString() + " %";
        return new Tax(vat, base, Money.rounded(exact, base.currency()), label, Optional.empty(), Optional.empty());
    }

    private static Tax free(Category category, String reason, Optional<String> code) {
        Money nothing = Money.of("0", "EUR");
        return new Tax(new Vat(category, 0), nothing, nothing, "", Optional.of(reason), code);
    }

    public static Document plain() {
        return document(
                "EUR",
                buyer("Käufer AG", "DE", Optional.of("DE115235681")),
                List.of(),
                new Item("Dinghy, monthly fee", "4.00", GERMAN),
                new Item("Traffic <out> & in", "1.01", GERMAN));
    }

    private static Document with(
            Document d, Document.Type type, Optional<Preceding> preceding, Money prepaid, Party buyer) {
        boolean settled = prepaid.equals(d.totals().total());
        return new Document(
                type,
                d.number(),
                new Dates(
                        d.dates().issued(),
                        settled ? Optional.empty() : d.dates().due(),
                        FROM,
                        TO),
                d.seller(),
                buyer,
                d.buyerReference(),
                preceding,
                d.lines(),
                d.taxes(),
                new Totals(d.totals().net(), d.totals().tax(), d.totals().total(), prepaid),
                settled
                        ? new Payment(
                                Means.OTHER,
                                Optional.empty(),
                                Optional.empty(),
                                d.number(),
                                "Aus Ihrem Guthaben bezahlt.")
                        : d.payment(),
                d.language(),
                List.of("Eine Bemerkung.", "Noch eine."));
    }

    /** The same words in another language, with many lines where a page is to overflow. */
    public static Document in(Language language, int lines) {
        Document d = plain();
        Item[] items = new Item[lines];
        for (int i = 0; i < lines; i++) {
            items[i] = new Item("Memory above the allowance, a name that is rather long " + i, "12345.67", GERMAN);
        }
        Document many = document("EUR", d.buyer(), List.of(), items);
        return new Document(
                many.type(),
                many.number(),
                many.dates(),
                many.seller(),
                many.buyer(),
                many.buyerReference(),
                many.preceding(),
                many.lines(),
                many.taxes(),
                many.totals(),
                many.payment(),
                language,
                many.notes());
    }

    /** By the name of what is special about them. */
    public static Map<String, Document> all() {
        Map<String, Document> all = new LinkedHashMap<>();
        Document plain = plain();
        all.put("plain", plain);
        taxed(all, plain);
        untaxed(all, plain);
        settled(all, plain);
        return all;
    }

    private static void taxed(Map<String, Document> all, Document plain) {
        all.put(
                "two-rates",
                document(
                        "EUR",
                        plain.buyer(),
                        List.of(),
                        new Item("Hosting", "100.05", GERMAN),
                        new Item("Handbook", "33.33", new Vat(Category.S, 700))));
        all.put(
                "one-stop-shop",
                document(
                        "EUR",
                        buyer("Erika Kundin", "AT", Optional.empty()),
                        List.of(),
                        new Item("Hosting", "9.99", new Vat(Category.S, 2000))));
        all.put("yen", document("JPY", plain.buyer(), List.of(), new Item("Hosting", "1205", GERMAN)));
        all.put(
                "negative-line",
                document(
                        "EUR",
                        plain.buyer(),
                        List.of(),
                        new Item("Hosting", "20.00", GERMAN),
                        new Item("Late measurement, taken back", "-3.35", GERMAN),
                        new Item("Included", "0.00", GERMAN)));
    }

    private static void untaxed(Map<String, Document> all, Document plain) {
        all.put(
                "reverse-charge",
                document(
                        "EUR",
                        buyer("Acheteur SARL", "FR", Optional.of("FR40303265045")),
                        List.of(free(Category.AE, "Reverse charge", Optional.of("VATEX-EU-AE"))),
                        new Item("Hosting", "59.90", new Vat(Category.AE, 0))));
        all.put(
                "export",
                document(
                        "USD",
                        buyer("Buyer Inc.", "US", Optional.empty()),
                        List.of(free(Category.G, "Outside the European Union", Optional.of("VATEX-EU-G"))),
                        new Item("Hosting", "9.99", new Vat(Category.G, 0))));
        all.put(
                "small-enterprise",
                document(
                        "EUR",
                        plain.buyer(),
                        List.of(free(Category.E, "Kleinunternehmer", Optional.empty())),
                        new Item("Hosting", "9.99", new Vat(Category.E, 0))));
        all.put(
                "out-of-scope",
                document(
                        "EUR",
                        buyer("Käufer", "CH", Optional.empty()),
                        List.of(free(Category.O, "Nicht steuerbar", Optional.of("VATEX-EU-O"))),
                        new Item("Hosting", "9.99", new Vat(Category.O, 0))));
    }

    private static void settled(Map<String, Document> all, Document plain) {
        Money nothing = Money.of("0", "EUR");
        all.put(
                "credit-note",
                with(
                        plain,
                        Document.Type.CREDIT_NOTE,
                        Optional.of(new Preceding("B2026-000009", LocalDate.of(2026, 10, 1))),
                        nothing,
                        plain.buyer()));
        all.put(
                "paid-at-once",
                with(
                        plain,
                        Document.Type.INVOICE,
                        Optional.empty(),
                        plain.totals().total(),
                        plain.buyer()));
        all.put("by-card", byCard(plain));
    }

    private static Document byCard(Document d) {
        return new Document(
                d.type(),
                d.number(),
                d.dates(),
                d.seller(),
                d.buyer(),
                d.buyerReference(),
                d.preceding(),
                d.lines(),
                d.taxes(),
                d.totals(),
                new Payment(
                        Means.CARD,
                        Optional.empty(),
                        Optional.empty(),
                        d.number(),
                        "Sie brauchen nichts zu überweisen: frühestens am 15. November 2026 buchen wir von Ihrer Karte ab."),
                d.language(),
                d.notes());
    }

    static Set<String> names() {
        return new LinkedHashSet<>(all().keySet());
    }
}
