package dev.berth.catalog;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A plan with the version in force.
 *
 * @param slug its name in addresses and in the API
 * @param lines prices, in the order they are shown
 */
public record Plan(
        UUID id,
        String slug,
        String name,
        String summary,
        UUID versionId,
        int version,
        String currency,
        Limits limits,
        List<PriceLine> lines) {
    public Plan {
        lines = List.copyOf(lines);
    }

    /**
     * Base units as in the contract's limits.
     *
     * @param netReservedBits per second that can always be sent to the world; empty where none are promised
     * @param snapshots of its disk that a VPS may have
     */
    public record Limits(
            long cpuBaselineMilli,
            long cpuCeilingMilli,
            long cpuBankMillis,
            long memoryBytes,
            long processes,
            long diskBytes,
            Optional<Long> diskInodes,
            Optional<Long> netReservedBits,
            long snapshots) {
        /** As many as a plan has that does not say. */
        private static final int USUAL_SNAPSHOTS = 3;

        /** Nothing is promised of the network. */
        public Limits(
                long cpuBaselineMilli,
                long cpuCeilingMilli,
                long cpuBankMillis,
                long memoryBytes,
                long processes,
                long diskBytes,
                Optional<Long> diskInodes) {
            this(
                    cpuBaselineMilli,
                    cpuCeilingMilli,
                    cpuBankMillis,
                    memoryBytes,
                    processes,
                    diskBytes,
                    diskInodes,
                    Optional.empty(),
                    USUAL_SNAPSHOTS);
        }
    }

    public enum Model {
        RECURRING,
        USAGE,
        TIERED,
        ONE_OFF
    }

    /** Exact, in a currency's major unit. */
    public record Price(BigDecimal amount, String currency) {}

    /**
     * RECURRING: price per month, prorated to the second. USAGE: price per {@code unitQuantity} of the meter's base unit
     * beyond the included quantity of a month. ONE_OFF: once, at the start. TIERED: its tiers are in the tariff.
     *
     * @param meter of a USAGE or TIERED line
     */
    public record PriceLine(
            int position,
            Model model,
            Optional<String> meter,
            String label,
            BigDecimal includedQuantity,
            BigDecimal unitQuantity,
            String unitLabel,
            Price unitPrice) {}

    /** The flat price of a month: the sum of the RECURRING lines. */
    public Price monthly() {
        return sum(Model.RECURRING);
    }

    /** What is due at once: the sum of the ONE_OFF lines. */
    public Price atStart() {
        return sum(Model.ONE_OFF);
    }

    /** No fee for time alone: only what was measured is paid for. */
    public boolean measuredOnly() {
        return lines.stream().noneMatch(line -> line.model() == Model.RECURRING)
                || monthly().amount().signum() == 0;
    }

    /** What is measured, with its price per unit. */
    public List<PriceLine> measured() {
        return lines.stream()
                .filter(line -> line.model() == Model.USAGE || line.model() == Model.TIERED)
                .toList();
    }

    private Price sum(Model model) {
        BigDecimal amount = lines.stream()
                .filter(line -> line.model() == model)
                .map(line -> line.unitPrice().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Price(
                amount.stripTrailingZeros().scale() < 2 ? amount.setScale(2) : amount.stripTrailingZeros(), currency);
    }
}
