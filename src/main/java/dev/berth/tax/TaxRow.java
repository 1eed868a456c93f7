package dev.berth.tax;

import dev.berth.units.Money;
import java.math.BigDecimal;

/**
 * A row of an invoice's tax breakdown: one for each category and rate.
 *
 * @param base sum of the net lines it is for
 * @param tax {@code base × rate}, rounded once
 */
public record TaxRow(Treatment treatment, Money base, Money tax) {
    public TaxRow {
        if (!base.currency().equals(tax.currency())) {
            throw new IllegalArgumentException("%s and %s are different currencies".formatted(base, tax));
        }
        if (treatment.basisPoints() == 0 && !tax.isZero()) {
            throw new IllegalArgumentException("%s of tax at a rate of zero".formatted(tax));
        }
    }

    /** Computes the tax. */
    public static TaxRow of(Treatment treatment, Money base) {
        BigDecimal exact = base.decimal().multiply(BigDecimal.valueOf(treatment.basisPoints(), 4));
        return new TaxRow(treatment, base, Money.rounded(exact, base.currency()));
    }
}
