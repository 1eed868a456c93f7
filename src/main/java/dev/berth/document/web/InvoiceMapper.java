package dev.berth.document.web;

import dev.berth.document.Document;
import dev.berth.document.Document.Address;
import dev.berth.document.Document.Category;
import dev.berth.document.Document.Contact;
import dev.berth.document.Document.Dates;
import dev.berth.document.Document.Line;
import dev.berth.document.Document.Means;
import dev.berth.document.Document.Party;
import dev.berth.document.Document.Payment;
import dev.berth.document.Document.Tax;
import dev.berth.document.Document.Totals;
import dev.berth.document.Document.Vat;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.Invoice.BuyerParty;
import dev.berth.invoice.Invoice.SellerParty;
import dev.berth.invoice.InvoiceLine;
import dev.berth.party.PostalAddress;
import dev.berth.party.SellerSettings;
import dev.berth.tax.Country;
import dev.berth.tax.TaxCategory;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.tax.VatRule;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a document of an invoice as it was issued: what was paid or credited later is no part of it, so that every copy is the
 * same. Of a draft it makes what would be printed now.
 */
@ApplicationScoped
class InvoiceMapper {
    /** What the law wants said about tax that is charged; why none is charged stands with the tax. */
    private static final Set<VatRule> NOTED = Set.of(VatRule.ONE_STOP_SHOP, VatRule.BELOW_THRESHOLD);

    private final ContactSettings contact;
    private final SellerSettings operator;

    InvoiceMapper(ContactSettings contact, SellerSettings operator) {
        this.contact = contact;
        this.operator = operator;
    }

    /**
     * @param prepaid what was paid when it was issued
     * @param byCard from when on what was open then is charged to a saved card; empty: it is to be transferred
     */
    Document of(Invoice invoice, Money prepaid, Optional<Instant> byCard) {
        Language language = language(invoice);
        LineWords words = new LineWords(language, invoice.zone());
        Totals totals = totals(invoice, prepaid);
        Dates dates = dates(invoice, words, totals);
        List<Tax> taxes =
                invoice.totals().taxes().stream().map(row -> tax(row, language)).toList();
        return new Document(
                Document.Type.INVOICE,
                number(invoice),
                dates,
                seller(invoice.parties().seller()),
                buyer(invoice.parties().buyer()),
                Optional.empty(),
                Optional.empty(),
                invoice.lines().stream().map(line -> line(line, invoice, words)).toList(),
                taxes,
                totals,
                payment(invoice, dates, totals, byCard),
                language,
                notes(invoice, language));
    }

    static Language language(Invoice invoice) {
        return Language.of(invoice.parties().buyer().language().tag());
    }

    static String period(Invoice invoice) {
        LineWords words = new LineWords(language(invoice), invoice.zone());
        return words.range(invoice.period()) + " (" + invoice.zone().getId() + ")";
    }

    private static String number(Invoice invoice) {
        return invoice.issue()
                .map(Invoice.Issue::label)
                .orElseGet(() -> invoice.id().toString());
    }

    private static Totals totals(Invoice invoice, Money prepaid) {
        Invoice.Totals totals = invoice.totals();
        return new Totals(totals.net(), totals.tax(), totals.total(), prepaid);
    }

    private static Dates dates(Invoice invoice, LineWords words, Totals totals) {
        Period period = invoice.period();
        return new Dates(
                words.day(invoice.issue().map(Invoice.Issue::issuedAt).orElse(invoice.until())),
                invoice.issue().filter(_ -> totals.due().isPositive()).map(issue -> words.day(issue.dueAt())),
                words.firstDay(period),
                words.lastDay(period));
    }

    private Party seller(SellerParty s) {
        Optional<Contact> whom = s.key().equals(operator.key()) ? contact() : Optional.empty();
        return new Party(
                s.name(),
                address(s.address()),
                s.vatId(),
                s.taxNumber(),
                s.mailSender().or(() -> whom.map(Contact::email)),
                whom);
    }

    private Optional<Contact> contact() {
        return contact.telephone()
                .flatMap(telephone -> contact.email()
                        .map(email -> new Contact(contact.name().orElseGet(operator::name), telephone, email)));
    }

    /** A number that does not begin with a country is no VAT id to the rules (BR-CO-9), but is printed. */
    static Party buyer(BuyerParty b) {
        Optional<String> id = b.vat().id();
        boolean vatId = id.filter(InvoiceMapper::hasPrefix).isPresent();
        return new Party(
                b.name(),
                address(b.address()),
                vatId ? id : Optional.empty(),
                vatId ? Optional.empty() : id,
                Optional.of(b.email()).filter(_ -> b.mailed()),
                Optional.empty());
    }

    private static boolean hasPrefix(String id) {
        return id.length() > 2 && (id.startsWith("EL") || Country.known(id.substring(0, 2)));
    }

    private static Address address(PostalAddress a) {
        return new Address(a.street(), a.postalCode(), a.city(), a.country().code());
    }

    private static Line line(InvoiceLine line, Invoice invoice, LineWords words) {
        Period period = span(line).orElse(invoice.period());
        return new Line(
                line.n(),
                words.label(line),
                "%s · %s · %s"
                        .formatted(line.subject().hostname(), line.subject().planName(), words.range(period)),
                words.quantity(line),
                words.price(line),
                line.amount(),
                vat(invoice),
                words.firstDay(period),
                words.lastDay(period));
    }

    private static Optional<Period> span(InvoiceLine line) {
        return line.intervals().isEmpty()
                ? Optional.empty()
                : Optional.of(new Period(
                        line.intervals().getFirst().period().from(),
                        line.intervals().getLast().period().to()));
    }

    /** All lines of an invoice are taxed alike. */
    private static Vat vat(Invoice invoice) {
        return vat(invoice.totals().taxes().getFirst().treatment());
    }

    static Vat vat(Treatment treatment) {
        return new Vat(category(treatment.category()), treatment.basisPoints());
    }

    private static Category category(TaxCategory category) {
        return switch (category) {
            case S -> Category.S;
            case Z -> Category.Z;
            case E -> Category.E;
            case AE -> Category.AE;
            case G -> Category.G;
            case O -> Category.O;
        };
    }

    static Tax tax(TaxRow row, Language language) {
        Treatment treatment = row.treatment();
        boolean charged = treatment.category() == TaxCategory.S || treatment.category() == TaxCategory.Z;
        Texts texts = Texts.of(language);
        return new Tax(
                vat(treatment),
                row.base(),
                row.tax(),
                charged ? label(treatment, language) : "",
                charged
                        ? Optional.empty()
                        : Optional.of(texts.get(treatment.rule().noteKey())),
                charged ? Optional.empty() : treatment.rule().exemptionCode());
    }

    private static String label(Treatment treatment, Language language) {
        NumberFormat format = NumberFormat.getNumberInstance(language.locale());
        String rate = format.format(BigDecimal.valueOf(treatment.basisPoints(), 2));
        Texts texts = Texts.of(language);
        return treatment.rule() == VatRule.ONE_STOP_SHOP
                ? texts.get("vat.rate.country", rate, treatment.country().name(language.locale()))
                : texts.get("vat.rate", rate);
    }

    private static List<String> notes(Invoice invoice, Language language) {
        return invoice.totals().taxes().stream()
                .map(row -> row.treatment().rule())
                .filter(NOTED::contains)
                .distinct()
                .map(rule -> Texts.of(language).get(rule.noteKey()))
                .toList();
    }

    private static Payment payment(Invoice invoice, Dates dates, Totals totals, Optional<Instant> byCard) {
        Language language = language(invoice);
        SellerParty seller = invoice.parties().seller();
        boolean toPay = invoice.issue().isPresent() && totals.due().isPositive();
        if (toPay && byCard.isPresent()) {
            String day = language.day(LocalDate.ofInstant(byCard.get(), invoice.zone()));
            String most = language.amount(totals.due());
            return new Payment(
                    Means.CARD,
                    Optional.empty(),
                    Optional.empty(),
                    number(invoice),
                    Texts.of(language).get("closing.card", day, most));
        }
        return new Payment(
                toPay && seller.iban().isPresent() ? Means.TRANSFER : Means.OTHER,
                toPay ? seller.iban() : Optional.empty(),
                toPay ? seller.bic() : Optional.empty(),
                number(invoice),
                terms(invoice, dates, totals, language));
    }

    private static String terms(Invoice invoice, Dates dates, Totals totals, Language language) {
        Texts texts = Texts.of(language);
        if (invoice.issue().isEmpty()) {
            return texts.get("closing.draft");
        }
        if (!totals.due().isPositive()) {
            return texts.get(totals.prepaid().isPositive() ? "closing.paid" : "closing.credited");
        }
        SellerParty seller = invoice.parties().seller();
        String amount = language.amount(totals.due());
        String due = dates.due().map(language::day).orElse("");
        String bic = seller.bic().map(b -> texts.get("closing.transfer.bic", b)).orElse("");
        return seller.iban()
                .map(iban -> texts.get("closing.transfer", amount, due, iban, bic, number(invoice)))
                .orElseGet(() -> texts.get("closing.words", amount, due, seller.payment(), number(invoice)));
    }
}
