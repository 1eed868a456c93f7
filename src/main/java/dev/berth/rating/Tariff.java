package dev.berth.rating;

import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/**
 * The prices of one plan version; never changes once sold.
 *
 * @param lines in order of position
 */
public record Tariff(UUID planVersion, String planName, Currency currency, List<TariffLine> lines) {
    public Tariff {
        lines = lines.stream()
                .sorted(Comparator.comparingInt(TariffLine::position))
                .toList();
        if (lines.stream().map(TariffLine::position).distinct().count() != lines.size()) {
            throw new IllegalArgumentException("two lines of tariff %s share a position".formatted(planVersion));
        }
    }
}
