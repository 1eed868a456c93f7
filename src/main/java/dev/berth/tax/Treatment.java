package dev.berth.tax;

/**
 * What was decided for a supply.
 *
 * @param country whose tax it is
 * @param basisPoints the rate in hundredths of a percent; 0 unless tax is charged
 */
public record Treatment(VatRule rule, Country country, int basisPoints) {
    private static final int WHOLE = 10_000;

    public Treatment {
        if (basisPoints < 0 || basisPoints > WHOLE) {
            throw new IllegalArgumentException("a rate of %d basis points".formatted(basisPoints));
        }
        if (basisPoints > 0 && rule.category() != TaxCategory.S) {
            throw new IllegalArgumentException("%s charges no tax, not %d".formatted(rule, basisPoints));
        }
    }

    /** S with a rate of zero is Z. */
    public TaxCategory category() {
        return rule.category() == TaxCategory.S && basisPoints == 0 ? TaxCategory.Z : rule.category();
    }
}
