package dev.berth.catalog;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan's version as it came from outside. What a new version of a plan leaves out is as in the version before.
 *
 * @param validFrom when it comes into force, such as 2027-01-01T00:00:00Z; at once where it is missing
 * @param currency ISO 4217; the installation's own where it is missing
 * @param lines prices, in the order they are shown
 */
public record NewVersion(
        @Nullable String validFrom,
        @Nullable String currency,
        @Nullable NewLimits limits,
        @Nullable List<@Nullable NewLine> lines) {

    /** Base units as in {@link Plan.Limits}. */
    public record NewLimits(
            @Nullable Long cpuBaselineMilli,
            @Nullable Long cpuCeilingMilli,
            @Nullable Long cpuBankMillis,
            @Nullable Long memoryBytes,
            @Nullable Long processes,
            @Nullable Long diskBytes,
            @Nullable Long diskInodes,
            @Nullable Long netReservedBits,
            @Nullable Long snapshots) {
        static final NewLimits NONE = new NewLimits(null, null, null, null, null, null, null, null, null);
    }

    /**
     * Meanings are those of {@link Plan.PriceLine}.
     *
     * @param includedQuantity 0 where it is missing
     * @param unitQuantity 1 where it is missing
     */
    public record NewLine(
            @Nullable String model,
            @Nullable String meter,
            @Nullable String label,
            @Nullable BigDecimal includedQuantity,
            @Nullable BigDecimal unitQuantity,
            @Nullable String unitLabel,
            @Nullable BigDecimal unitPrice,
            @Nullable BigDecimal capPrice,
            @Nullable List<@Nullable NewTier> tiers) {}

    /** @param upToQuantity of a month, in base units; missing in the last tier */
    public record NewTier(
            @Nullable BigDecimal upToQuantity, @Nullable BigDecimal unitPrice) {}
}
