package dev.berth.document;

import dev.berth.document.Document.Address;
import dev.berth.document.Document.Category;
import dev.berth.document.Document.Contact;
import dev.berth.document.Document.Line;
import dev.berth.document.Document.Party;
import dev.berth.document.Document.Tax;
import dev.berth.document.Document.Totals;
import dev.berth.document.Document.Vat;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** A document as UN/CEFACT Cross Industry Invoice (D16B) in the profile EN 16931 of Factur-X 1.0 / ZUGFeRD 2. */
public final class Cii {
    private static final String GUIDELINE = "urn:cen.eu:en16931:2017";
    private static final String NAMESPACE = "urn:un:unece:uncefact:data:standard:";

    private final Document document;
    private final Xml xml = new Xml();

    private Cii(Document document) {
        this.document = document;
    }

    public static byte[] write(Document document) {
        Cii cii = new Cii(document);
        cii.all();
        return cii.xml.bytes();
    }

    private void all() {
        xml.open(
                "rsm:CrossIndustryInvoice",
                "xmlns:rsm",
                NAMESPACE + "CrossIndustryInvoice:100",
                "xmlns:qdt",
                NAMESPACE + "QualifiedDataType:100",
                "xmlns:ram",
                NAMESPACE + "ReusableAggregateBusinessInformationEntity:100",
                "xmlns:udt",
                NAMESPACE + "UnqualifiedDataType:100");
        xml.open("rsm:ExchangedDocumentContext")
                .open("ram:GuidelineSpecifiedDocumentContextParameter")
                .leaf("ram:ID", GUIDELINE)
                .close()
                .close();
        head();
        xml.open("rsm:SupplyChainTradeTransaction");
        document.lines().forEach(this::line);
        agreement();
        xml.open("ram:ApplicableHeaderTradeDelivery").open("ram:ActualDeliverySupplyChainEvent");
        date("ram:OccurrenceDateTime", document.dates().to());
        xml.close().close();
        settlement();
        xml.close().close();
    }

    private void head() {
        xml.open("rsm:ExchangedDocument")
                .leaf("ram:ID", document.number())
                .leaf("ram:TypeCode", document.type().code());
        date("ram:IssueDateTime", document.dates().issued());
        for (String note : document.notes()) {
            xml.open("ram:IncludedNote").leaf("ram:Content", note).close();
        }
        xml.close();
    }

    private void line(Line line) {
        xml.open("ram:IncludedSupplyChainTradeLineItem")
                .open("ram:AssociatedDocumentLineDocument")
                .leaf("ram:LineID", Integer.toString(line.n()))
                .close();
        xml.open("ram:SpecifiedTradeProduct").leaf("ram:Name", line.name()).leaf("ram:Description", line.detail());
        Texts texts = Texts.of(document.language());
        property(texts.get("line.quantity"), line.quantity());
        property(texts.get("line.price"), line.price());
        xml.close();
        xml.open("ram:SpecifiedLineTradeAgreement")
                .open("ram:NetPriceProductTradePrice")
                .leaf("ram:ChargeAmount", Numbers.price(line.net()))
                .close()
                .close();
        xml.open("ram:SpecifiedLineTradeDelivery")
                .leaf("ram:BilledQuantity", Numbers.count(line.net()), "unitCode", Numbers.ONE)
                .close();
        xml.open("ram:SpecifiedLineTradeSettlement")
                .open("ram:ApplicableTradeTax")
                .leaf("ram:TypeCode", "VAT");
        vat(line.vat());
        xml.close();
        period(line.from(), line.to());
        xml.open("ram:SpecifiedTradeSettlementLineMonetarySummation")
                .leaf("ram:LineTotalAmount", line.net().amount())
                .close()
                .close()
                .close();
    }

    private void property(String name, String value) {
        if (!value.isBlank()) {
            xml.open("ram:ApplicableProductCharacteristic")
                    .leaf("ram:Description", name)
                    .leaf("ram:Value", value)
                    .close();
        }
    }

    /** What is outside the scope of VAT has no rate (BR-O-5). */
    private void vat(Vat vat) {
        xml.leaf("ram:CategoryCode", vat.category().name());
        if (vat.category() != Category.O) {
            xml.leaf("ram:RateApplicablePercent", Numbers.percent(vat.basisPoints()));
        }
    }

    private void agreement() {
        xml.open("ram:ApplicableHeaderTradeAgreement");
        document.buyerReference().ifPresent(reference -> xml.leaf("ram:BuyerReference", reference));
        party("ram:SellerTradeParty", document.seller(), document.seller().taxNumber());
        party("ram:BuyerTradeParty", document.buyer(), Optional.empty());
        xml.close();
    }

    /** @param taxNumber only a seller's is told */
    private void party(String name, Party party, Optional<String> taxNumber) {
        boolean outOfScope = Numbers.outOfScope(document);
        xml.open(name).leaf("ram:Name", party.name());
        if (outOfScope) {
            taxNumber
                    .or(party::vatId)
                    .ifPresent(id -> xml.open("ram:SpecifiedLegalOrganization")
                            .leaf("ram:ID", id)
                            .close());
        }
        party.contact().ifPresent(this::contact);
        address(party.address());
        party.email()
                .ifPresent(email -> xml.open("ram:URIUniversalCommunication")
                        .leaf("ram:URIID", email, "schemeID", "EM")
                        .close());
        if (!outOfScope) {
            taxNumber.ifPresent(id -> registration(id, "FC"));
            party.vatId().ifPresent(id -> registration(id, "VA"));
        }
        xml.close();
    }

    private void registration(String id, String scheme) {
        xml.open("ram:SpecifiedTaxRegistration")
                .leaf("ram:ID", id, "schemeID", scheme)
                .close();
    }

    private void contact(Contact contact) {
        xml.open("ram:DefinedTradeContact")
                .leaf("ram:PersonName", contact.name())
                .open("ram:TelephoneUniversalCommunication")
                .leaf("ram:CompleteNumber", contact.telephone())
                .close()
                .open("ram:EmailURIUniversalCommunication")
                .leaf("ram:URIID", contact.email())
                .close()
                .close();
    }

    private void address(Address address) {
        List<String> names = List.of("ram:LineOne", "ram:LineTwo", "ram:LineThree");
        xml.open("ram:PostalTradeAddress").leaf("ram:PostcodeCode", address.postalCode());
        for (int i = 0; i < Math.min(names.size(), address.street().size()); i++) {
            xml.leaf(names.get(i), address.street().get(i));
        }
        xml.leaf("ram:CityName", address.city())
                .leaf("ram:CountryID", address.country())
                .close();
    }

    private void settlement() {
        xml.open("ram:ApplicableHeaderTradeSettlement")
                .leaf("ram:PaymentReference", document.payment().reference())
                .leaf(
                        "ram:InvoiceCurrencyCode",
                        document.totals().total().currency().getCurrencyCode());
        means();
        document.taxes().forEach(this::tax);
        period(document.dates().from(), document.dates().to());
        terms();
        sums(document.totals());
        document.preceding().ifPresent(preceding -> {
            xml.open("ram:InvoiceReferencedDocument")
                    .leaf("ram:IssuerAssignedID", preceding.number())
                    .open("ram:FormattedIssueDateTime")
                    .leaf("qdt:DateTimeString", day(preceding.issued()), "format", "102")
                    .close()
                    .close();
        });
        xml.close();
    }

    private void means() {
        xml.open("ram:SpecifiedTradeSettlementPaymentMeans").leaf("ram:TypeCode", Numbers.means(document));
        document.payment()
                .iban()
                .ifPresent(iban -> xml.open("ram:PayeePartyCreditorFinancialAccount")
                        .leaf("ram:IBANID", iban)
                        .leaf("ram:AccountName", document.seller().name())
                        .close());
        if (document.payment().iban().isPresent()) {
            document.payment()
                    .bic()
                    .ifPresent(bic -> xml.open("ram:PayeeSpecifiedCreditorFinancialInstitution")
                            .leaf("ram:BICID", bic)
                            .close());
        }
        xml.close();
    }

    private void tax(Tax tax) {
        xml.open("ram:ApplicableTradeTax")
                .leaf("ram:CalculatedAmount", tax.tax().amount())
                .leaf("ram:TypeCode", "VAT");
        tax.reason().ifPresent(reason -> xml.leaf("ram:ExemptionReason", reason));
        xml.leaf("ram:BasisAmount", tax.base().amount())
                .leaf("ram:CategoryCode", tax.vat().category().name());
        tax.reasonCode().ifPresent(code -> xml.leaf("ram:ExemptionReasonCode", code));
        if (tax.vat().category() != Category.O) {
            xml.leaf("ram:RateApplicablePercent", Numbers.percent(tax.vat().basisPoints()));
        }
        xml.close();
    }

    private void terms() {
        xml.open("ram:SpecifiedTradePaymentTerms")
                .leaf("ram:Description", document.payment().terms());
        document.dates().due().ifPresent(due -> date("ram:DueDateDateTime", due));
        xml.close();
    }

    private void sums(Totals totals) {
        String currency = totals.total().currency().getCurrencyCode();
        xml.open("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
                .leaf("ram:LineTotalAmount", totals.net().amount())
                .leaf("ram:TaxBasisTotalAmount", totals.net().amount())
                .leaf("ram:TaxTotalAmount", totals.tax().amount(), "currencyID", currency)
                .leaf("ram:GrandTotalAmount", totals.total().amount());
        if (!totals.prepaid().isZero()) {
            xml.leaf("ram:TotalPrepaidAmount", totals.prepaid().amount());
        }
        xml.leaf("ram:DuePayableAmount", totals.due().amount()).close();
    }

    private void period(LocalDate from, LocalDate to) {
        xml.open("ram:BillingSpecifiedPeriod");
        date("ram:StartDateTime", from);
        date("ram:EndDateTime", to);
        xml.close();
    }

    private void date(String name, LocalDate date) {
        xml.open(name).leaf("udt:DateTimeString", day(date), "format", "102").close();
    }

    private static String day(LocalDate date) {
        return DateTimeFormatter.BASIC_ISO_DATE.format(date);
    }
}
