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
    private static final BigDecimal HOURS_OF_LONGEST_MONTH = BigDecimal.valueOf(31 * 24);

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
        static final long USUAL_SNAPSHOTS = 3;

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
        HOURLY,
        USAGE,
        PACKAGE,
        TIERED,
        VOLUME,
        ONE_OFF;

        /** Its price is for what a meter counts. */
        boolean metered() {
            return switch (this) {
                case USAGE, PACKAGE, TIERED, VOLUME -> true;
                case RECURRING, HOURLY, ONE_OFF -> false;
            };
        }

        /** Its prices are those of its tiers. */
        boolean tiered() {
            return this == TIERED || this == VOLUME;
        }
    }

    /** Exact, in a currency's major unit. */
    public record Price(BigDecimal amount, String currency) {
        /** Without needless zeros, but at least with cents. */
        static Price shown(BigDecimal amount, String currency) {
            BigDecimal stripped = amount.stripTrailingZeros();
            return new Price(stripped.scale() < 2 ? stripped.setScale(2) : stripped, currency);
        }
    }

    /**
     * A part of a tiered price.
     *
     * @param upToQuantity of a month, in base units; empty: without end
     * @param unitPrice for one unit of its line
     */
    public record PriceTier(Optional<BigDecimal> upToQuantity, Price unitPrice) {}

    /**
     * RECURRING: price per month, prorated to the second. HOURLY: price per hour, at most {@code capPrice} in a calendar
     * month. USAGE: price per {@code unitQuantity} of the meter's base unit beyond the included quantity of a month.
     * PACKAGE: the same, for each {@code unitQuantity} begun. TIERED: each part of the quantity costs what its tier says.
     * VOLUME: the whole quantity costs what the tier says that it ends in. ONE_OFF: once, at the start.
     *
     * @param meter of a line that is measured
     * @param unitPrice of the first tier where there are tiers
     */
    public record PriceLine(
            int position,
            Model model,
            Optional<String> meter,
            String label,
            BigDecimal includedQuantity,
            BigDecimal unitQuantity,
            String unitLabel,
            Price unitPrice,
            Optional<Price> capPrice,
            List<PriceTier> tiers) {
        public PriceLine {
            tiers = List.copyOf(tiers);
        }
    }

    /** The flat price of a month: the sum of the RECURRING lines. */
    public Price monthly() {
        return sum(Model.RECURRING);
    }

    /** What is due at once: the sum of the ONE_OFF lines. */
    public Price atStart() {
        return sum(Model.ONE_OFF);
    }

    /** The most that time alone costs in a month: fees, and hours up to their cap or of the longest month. */
    public Price mostOfMonth() {
        BigDecimal hours = hourly().stream()
                .map(line -> line.capPrice()
                        .map(Price::amount)
                        .orElseGet(() -> line.unitPrice().amount().multiply(HOURS_OF_LONGEST_MONTH)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return shown(monthly().amount().add(hours));
    }

    /** What each hour costs. */
    public List<PriceLine> hourly() {
        return lines.stream().filter(line -> line.model() == Model.HOURLY).toList();
    }

    /** No fee for time alone: only what was measured is paid for. */
    public boolean measuredOnly() {
        return mostOfMonth().amount().signum() == 0;
    }

    /** What is measured, with its price per unit. */
    public List<PriceLine> measured() {
        return lines.stream().filter(line -> line.model().metered()).toList();
    }

    private Price sum(Model model) {
        BigDecimal amount = lines.stream()
                .filter(line -> line.model() == model)
                .map(line -> line.unitPrice().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return shown(amount);
    }

    private Price shown(BigDecimal amount) {
        return Price.shown(amount, currency);
    }
}
