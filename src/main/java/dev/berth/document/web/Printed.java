package dev.berth.document.web;

import dev.berth.document.Document;
import dev.berth.document.Document.Party;
import dev.berth.document.Document.Tax;
import dev.berth.document.Document.Totals;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A document as it stands on paper: everything as text in its language, the template decides nothing. */
record Printed(
        String language,
        String title,
        Words words,
        List<String> seller,
        List<String> sellerIds,
        List<String> buyer,
        List<Fact> facts,
        List<PrintedLine> lines,
        List<Fact> sums,
        Fact total,
        List<Fact> after,
        List<String> closing,
        String footnote,
        String foot) {

    record Fact(String name, String value) {}

    record PrintedLine(int n, String label, String detail, String quantity, String price, String amount) {}

    /** Headings. */
    record Words(String billTo, String service, String quantity, String price, String net, String page, String of) {}

    /**
     * @param draft whether it is no document yet
     * @param period as it is to be read, with hours where it has some
     */
    static Printed of(Document d, boolean draft, String period) {
        Texts texts = Texts.of(d.language());
        Totals totals = d.totals();
        String currency = totals.total().currency().getCurrencyCode();
        List<Fact> after = totals.prepaid().isZero()
                ? List.of()
                : List.of(
                        new Fact(texts.get("sum.prepaid"), d.language().amount(totals.prepaid())),
                        new Fact(texts.get("sum.due"), d.language().amount(totals.due())));
        return new Printed(
                d.language().tag(),
                title(d, draft),
                words(texts, currency),
                address(d.seller(), d.language()),
                ids(d.seller(), texts),
                buyer(d, texts),
                facts(d, draft, period),
                lines(d),
                sums(d, texts),
                new Fact(texts.get("sum.total"), d.language().amount(totals.total())),
                after,
                closing(d),
                d.type() == Document.Type.INVOICE ? texts.get("footnote") : "",
                d.seller().name()
                        + ids(d.seller(), texts).stream().map(id -> " · " + id).reduce("", String::concat));
    }

    static String title(Document d, boolean draft) {
        Texts texts = Texts.of(d.language());
        if (draft) {
            return texts.get("title.draft");
        }
        return switch (d.type()) {
            case INVOICE -> texts.get("title.invoice", d.number());
            case CREDIT_NOTE -> texts.get("title.credit-note", d.number());
        };
    }

    private static Words words(Texts texts, String currency) {
        return new Words(
                texts.get("bill-to"),
                texts.get("column.service"),
                texts.get("column.quantity"),
                texts.get("column.price", currency),
                texts.get("column.net", currency),
                texts.get("page"),
                texts.get("page.of"));
    }

    /** Of a party that never said where it is, only the name. */
    private static List<String> address(Party party, Language language) {
        List<String> lines = new ArrayList<>();
        lines.add(party.name());
        lines.addAll(party.address().street());
        lines.add((party.address().postalCode() + " " + party.address().city()).strip());
        if (lines.stream().filter(line -> !line.isBlank()).count() > 1) {
            lines.add(Locale.of("", party.address().country()).getDisplayCountry(language.locale()));
        }
        lines.removeIf(String::isBlank);
        return List.copyOf(lines);
    }

    private static List<String> ids(Party party, Texts texts) {
        List<String> ids = new ArrayList<>();
        party.vatId().ifPresent(id -> ids.add(texts.get("vat-id", id)));
        party.taxNumber().ifPresent(id -> ids.add(texts.get("tax-number", id)));
        return List.copyOf(ids);
    }

    private static List<String> buyer(Document d, Texts texts) {
        List<String> lines = new ArrayList<>(address(d.buyer(), d.language()));
        d.buyer().email().ifPresent(lines::add);
        lines.addAll(ids(d.buyer(), texts));
        return List.copyOf(lines);
    }

    private static List<Fact> facts(Document d, boolean draft, String period) {
        Texts texts = Texts.of(d.language());
        List<Fact> facts = new ArrayList<>();
        if (!draft) {
            boolean credit = d.type() == Document.Type.CREDIT_NOTE;
            facts.add(new Fact(texts.get(credit ? "fact.credit-note-number" : "fact.invoice-number"), d.number()));
            facts.add(
                    new Fact(texts.get("fact.date"), d.language().day(d.dates().issued())));
            d.dates()
                    .due()
                    .ifPresent(due -> facts.add(
                            new Fact(texts.get("fact.due"), d.language().day(due))));
        }
        facts.add(new Fact(texts.get("fact.period"), period));
        d.preceding()
                .ifPresent(p -> facts.add(new Fact(
                        texts.get("fact.corrects"),
                        texts.get(
                                "fact.corrects.value", p.number(), d.language().day(p.issued())))));
        d.buyerReference().ifPresent(reference -> facts.add(new Fact(texts.get("fact.buyer-reference"), reference)));
        return List.copyOf(facts);
    }

    private static List<PrintedLine> lines(Document d) {
        return d.lines().stream()
                .map(line -> new PrintedLine(
                        line.n(),
                        line.name(),
                        line.detail(),
                        line.quantity(),
                        line.price(),
                        d.language().number(line.net())))
                .toList();
    }

    private static List<Fact> sums(Document d, Texts texts) {
        List<Fact> sums = new ArrayList<>();
        sums.add(new Fact(texts.get("sum.net"), d.language().amount(d.totals().net())));
        for (Tax tax : d.taxes()) {
            String name = tax.label().isEmpty() ? texts.get("sum.no-vat") : texts.get("sum.vat", tax.label());
            sums.add(new Fact(name, d.language().amount(tax.tax())));
        }
        return List.copyOf(sums);
    }

    private static List<String> closing(Document d) {
        List<String> closing = new ArrayList<>();
        closing.add(d.payment().terms());
        d.taxes().forEach(tax -> tax.reason().ifPresent(closing::add));
        closing.addAll(d.notes());
        return List.copyOf(closing);
    }
}
