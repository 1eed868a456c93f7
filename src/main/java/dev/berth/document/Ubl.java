package dev.berth.document;

import dev.berth.document.Document.Category;
import dev.berth.document.Document.Contact;
import dev.berth.document.Document.Line;
import dev.berth.document.Document.Party;
import dev.berth.document.Document.Tax;
import dev.berth.document.Document.Totals;
import dev.berth.document.Document.Vat;
import dev.berth.units.Money;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A document as UBL 2.1 in the CIUS XRechnung 3.0, which German authorities take. */
public final class Ubl {
    /** Of the CIUS; BT-24. */
    public static final String XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0";

    private static final String PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
    private static final String SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:";

    private final Document document;
    private final boolean credit;
    private final Xml xml = new Xml();

    private Ubl(Document document) {
        this.document = document;
        this.credit = document.type() == Document.Type.CREDIT_NOTE;
    }

    /** What the CIUS wants and this document has not; empty for one that can be written. */
    public static List<String> missing(Document document) {
        List<String> missing = new ArrayList<>();
        Optional<Contact> contact = document.seller().contact();
        need(
                missing,
                contact.isPresent() && !contact.get().telephone().isBlank(),
                "the seller's contact with a telephone");
        need(
                missing,
                contact.isPresent() && !contact.get().email().isBlank(),
                "the seller's contact with a mail address");
        need(missing, document.seller().email().isPresent(), "the seller's electronic address");
        need(missing, document.buyer().email().isPresent(), "the buyer's electronic address");
        need(missing, document.buyerReference().isPresent(), "the buyer's reference");
        place(missing, document.seller(), "seller");
        place(missing, document.buyer(), "buyer");
        return List.copyOf(missing);
    }

    private static void place(List<String> missing, Party party, String who) {
        need(missing, !party.address().city().isBlank(), "the " + who + "'s city");
        need(missing, !party.address().postalCode().isBlank(), "the " + who + "'s postal code");
    }

    private static void need(List<String> missing, boolean there, String what) {
        if (!there) {
            missing.add(what);
        }
    }

    /** @throws IllegalArgumentException where something is {@link #missing} */
    public static byte[] write(Document document) {
        List<String> missing = missing(document);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("an XRechnung needs " + missing);
        }
        Ubl ubl = new Ubl(document);
        ubl.all();
        return ubl.xml.bytes();
    }

    private void all() {
        String root = credit ? "CreditNote" : "Invoice";
        xml.open(
                root,
                "xmlns",
                SCHEMA + root + "-2",
                "xmlns:cac",
                SCHEMA + "CommonAggregateComponents-2",
                "xmlns:cbc",
                SCHEMA + "CommonBasicComponents-2");
        head();
        document.preceding()
                .ifPresent(preceding -> xml.open("cac:BillingReference")
                        .open("cac:InvoiceDocumentReference")
                        .leaf("cbc:ID", preceding.number())
                        .leaf("cbc:IssueDate", preceding.issued().toString())
                        .close()
                        .close());
        xml.open("cac:AccountingSupplierParty");
        party(document.seller(), document.seller().taxNumber());
        xml.close().open("cac:AccountingCustomerParty");
        party(document.buyer(), Optional.empty());
        xml.close();
        means();
        xml.open("cac:PaymentTerms")
                .leaf("cbc:Note", document.payment().terms())
                .close();
        taxes();
        sums(document.totals());
        document.lines().forEach(this::line);
        xml.close();
    }

    private void head() {
        xml.leaf("cbc:CustomizationID", XRECHNUNG)
                .leaf("cbc:ProfileID", PROCESS)
                .leaf("cbc:ID", document.number())
                .leaf("cbc:IssueDate", document.dates().issued().toString());
        if (!credit) {
            document.dates().due().ifPresent(due -> xml.leaf("cbc:DueDate", due.toString()));
        }
        xml.leaf(
                credit ? "cbc:CreditNoteTypeCode" : "cbc:InvoiceTypeCode",
                document.type().code());
        // UBL repeats the note, but EN 16931's rules for it know one (UBL-SR-02)
        xml.leaf("cbc:Note", String.join("\n", document.notes()));
        xml.leaf("cbc:DocumentCurrencyCode", currency());
        document.buyerReference().ifPresent(reference -> xml.leaf("cbc:BuyerReference", reference));
        period(document.dates().from(), document.dates().to());
    }

    private void period(LocalDate from, LocalDate to) {
        xml.open("cac:InvoicePeriod")
                .leaf("cbc:StartDate", from.toString())
                .leaf("cbc:EndDate", to.toString())
                .close();
    }

    /** @param taxNumber only a seller's is told */
    private void party(Party party, Optional<String> taxNumber) {
        boolean outOfScope = Numbers.outOfScope(document);
        xml.open("cac:Party");
        party.email().ifPresent(email -> xml.leaf("cbc:EndpointID", email, "schemeID", "EM"));
        address(party);
        if (!outOfScope) {
            party.vatId().ifPresent(id -> taxScheme(id, "VAT"));
            taxNumber.ifPresent(id -> taxScheme(id, "FC"));
        }
        xml.open("cac:PartyLegalEntity").leaf("cbc:RegistrationName", party.name());
        if (outOfScope) {
            taxNumber.or(party::vatId).ifPresent(id -> xml.leaf("cbc:CompanyID", id));
        }
        xml.close();
        party.contact()
                .ifPresent(contact -> xml.open("cac:Contact")
                        .leaf("cbc:Name", contact.name())
                        .leaf("cbc:Telephone", contact.telephone())
                        .leaf("cbc:ElectronicMail", contact.email())
                        .close());
        xml.close();
    }

    private void address(Party party) {
        List<String> street = party.address().street();
        xml.open("cac:PostalAddress");
        if (!street.isEmpty()) {
            xml.leaf("cbc:StreetName", street.get(0));
        }
        if (street.size() > 1) {
            xml.leaf("cbc:AdditionalStreetName", street.get(1));
        }
        xml.leaf("cbc:CityName", party.address().city())
                .leaf("cbc:PostalZone", party.address().postalCode());
        if (street.size() > 2) {
            xml.open("cac:AddressLine").leaf("cbc:Line", street.get(2)).close();
        }
        xml.open("cac:Country")
                .leaf("cbc:IdentificationCode", party.address().country())
                .close()
                .close();
    }

    private void taxScheme(String id, String scheme) {
        xml.open("cac:PartyTaxScheme").leaf("cbc:CompanyID", id);
        scheme(scheme);
        xml.close();
    }

    private void scheme(String scheme) {
        xml.open("cac:TaxScheme").leaf("cbc:ID", scheme).close();
    }

    private void means() {
        xml.open("cac:PaymentMeans")
                .leaf("cbc:PaymentMeansCode", Numbers.means(document))
                .leaf("cbc:PaymentID", document.payment().reference());
        document.payment().iban().ifPresent(iban -> {
            xml.open("cac:PayeeFinancialAccount")
                    .leaf("cbc:ID", iban)
                    .leaf("cbc:Name", document.seller().name());
            document.payment()
                    .bic()
                    .ifPresent(bic -> xml.open("cac:FinancialInstitutionBranch")
                            .leaf("cbc:ID", bic)
                            .close());
            xml.close();
        });
        xml.close();
    }

    private void taxes() {
        xml.open("cac:TaxTotal");
        amount("cbc:TaxAmount", document.totals().tax());
        document.taxes().forEach(this::tax);
        xml.close();
    }

    private void tax(Tax tax) {
        xml.open("cac:TaxSubtotal");
        amount("cbc:TaxableAmount", tax.base());
        amount("cbc:TaxAmount", tax.tax());
        xml.open("cac:TaxCategory")
                .leaf("cbc:ID", tax.vat().category().name())
                .leaf("cbc:Percent", Numbers.percent(tax.vat().basisPoints()));
        tax.reasonCode().ifPresent(code -> xml.leaf("cbc:TaxExemptionReasonCode", code));
        tax.reason().ifPresent(reason -> xml.leaf("cbc:TaxExemptionReason", reason));
        scheme("VAT");
        xml.close().close();
    }

    /** A line outside the scope of VAT has no rate (BR-O-5); its row of the breakdown has one (BR-DE-14). */
    private void vat(Vat vat) {
        xml.leaf("cbc:ID", vat.category().name());
        if (vat.category() != Category.O) {
            xml.leaf("cbc:Percent", Numbers.percent(vat.basisPoints()));
        }
    }

    private void sums(Totals totals) {
        xml.open("cac:LegalMonetaryTotal");
        amount("cbc:LineExtensionAmount", totals.net());
        amount("cbc:TaxExclusiveAmount", totals.net());
        amount("cbc:TaxInclusiveAmount", totals.total());
        if (!totals.prepaid().isZero()) {
            amount("cbc:PrepaidAmount", totals.prepaid());
        }
        amount("cbc:PayableAmount", totals.due());
        xml.close();
    }

    private void line(Line line) {
        xml.open(credit ? "cac:CreditNoteLine" : "cac:InvoiceLine").leaf("cbc:ID", Integer.toString(line.n()));
        xml.leaf(
                credit ? "cbc:CreditedQuantity" : "cbc:InvoicedQuantity",
                Numbers.count(line.net()),
                "unitCode",
                Numbers.ONE);
        amount("cbc:LineExtensionAmount", line.net());
        period(line.from(), line.to());
        xml.open("cac:Item").leaf("cbc:Description", line.detail()).leaf("cbc:Name", line.name());
        xml.open("cac:ClassifiedTaxCategory");
        vat(line.vat());
        scheme("VAT");
        xml.close();
        Texts texts = Texts.of(document.language());
        property(texts.get("line.quantity"), line.quantity());
        property(texts.get("line.price"), line.price());
        xml.close();
        xml.open("cac:Price")
                .leaf("cbc:PriceAmount", Numbers.price(line.net()), "currencyID", currency())
                .close()
                .close();
    }

    private void property(String name, String value) {
        if (!value.isBlank()) {
            xml.open("cac:AdditionalItemProperty")
                    .leaf("cbc:Name", name)
                    .leaf("cbc:Value", value)
                    .close();
        }
    }

    private void amount(String name, Money money) {
        xml.leaf(name, money.amount(), "currencyID", currency());
    }

    private String currency() {
        return document.totals().total().currency().getCurrencyCode();
    }
}
