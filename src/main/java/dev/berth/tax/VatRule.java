package dev.berth.tax;

import java.util.Optional;

/** Why an invoice has the VAT it has. Its name is stored with invoices and never changes its meaning. */
public enum VatRule {
    /** Seller and buyer in one country: its rate. */
    DOMESTIC(TaxCategory.S, "", ""),
    /** A business of another EU country whose VAT id a register has confirmed: Directive 2006/112/EC, Articles 44 and 196. */
    REVERSE_CHARGE(
            TaxCategory.AE,
            "VATEX-EU-AE",
            "Reverse charge: the recipient is liable for VAT (Article 196, Directive 2006/112/EC)."),
    /** A consumer of another EU country, taxed there through the One-Stop-Shop: Articles 58 and 369a, or 358a. */
    ONE_STOP_SHOP(TaxCategory.S, "", "VAT of the customer's country, declared through the One-Stop-Shop (OSS)."),
    /** A consumer of another EU country while the seller stays below the threshold: Article 59c. */
    BELOW_THRESHOLD(TaxCategory.S, "", "VAT of the seller's country (Article 59c, Directive 2006/112/EC)."),
    /** A customer outside the EU: Articles 44 and 58. */
    EXPORT(TaxCategory.G, "VATEX-EU-G", "Supplied outside the EU: no EU VAT is due."),
    /** A seller under the scheme for small enterprises: Article 284. */
    SMALL_ENTERPRISE(TaxCategory.E, "", "Exempt under the special scheme for small enterprises."),
    /** A seller who owes no VAT in the customer's country. */
    OUT_OF_SCOPE(TaxCategory.O, "VATEX-EU-O", "Not subject to VAT.");

    private final TaxCategory category;
    private final String exemptionCode;
    private final String note;

    VatRule(TaxCategory category, String exemptionCode, String note) {
        this.category = category;
        this.exemptionCode = exemptionCode;
        this.note = note;
    }

    public TaxCategory category() {
        return category;
    }

    /** The code of the CEF VATEX list, where it has one. */
    public Optional<String> exemptionCode() {
        return exemptionCode.isEmpty() ? Optional.empty() : Optional.of(exemptionCode);
    }

    /** What the invoice must say in English; empty for nothing. */
    public String note() {
        return note;
    }

    /** Key of the note's translations: {@code vat.reverse-charge}. */
    public String noteKey() {
        return "vat." + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
