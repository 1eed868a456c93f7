package dev.berth.tax;

/** How a seller stands to VAT at home. */
public enum VatScheme {
    /** Charges VAT. */
    STANDARD,
    /** Exempt as a small enterprise: Directive 2006/112/EC, Article 284. */
    SMALL_ENTERPRISE
}
