package dev.berth.tax;

/** The codes of EN 16931 for VAT categories (UNTDID 5305) that occur here. */
public enum TaxCategory {
    /** Standard rate. */
    S,
    /** Zero rated. */
    Z,
    /** Exempt from VAT. */
    E,
    /** Reverse charge: the buyer owes the tax. */
    AE,
    /** Export outside the EU, not charged. */
    G,
    /** Outside the scope of VAT. */
    O
}
