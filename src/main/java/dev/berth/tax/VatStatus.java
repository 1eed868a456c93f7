package dev.berth.tax;

/** What is known of a buyer's VAT id. Only {@link #VALID} ever frees from tax. */
public enum VatStatus {
    /** None given: a consumer. */
    NONE,
    /** Given, but no register has answered, or too long ago. */
    UNCHECKED,
    /** A register has confirmed it. */
    VALID,
    /** A register does not know it. */
    INVALID
}
