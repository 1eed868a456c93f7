package dev.berth.rating;

import dev.berth.metering.Usage;
import java.util.List;
import java.util.Optional;

/** Rates slices. */
public final class Rater {
    /** Decimals of a rated line's exact amount: far below a cent, so that many lines still sum to the right cent. */
    public static final int DECIMALS = 12;

    private Rater() {}

    /** One line for each line of the tariff that says something; a one-off says nothing after its slice. */
    public static List<RatedLine> rate(Slice slice) {
        return slice.tariff().lines().stream()
                .map(line -> rate(slice, line))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<RatedLine> rate(Slice slice, TariffLine line) {
        Charge charge = line.price().charge(slice);
        boolean silent = line.price() instanceof OneOffPrice && !slice.begins();
        if (silent) {
            return Optional.empty();
        }
        Usage usage = slice.usage();
        boolean metered = line.price().meter().isPresent();
        return Optional.of(new RatedLine(
                slice.subscription(),
                slice.tariff().planVersion(),
                line,
                slice.period(),
                charge.quantity(),
                charge.included(),
                charge.exact().toDecimal(DECIMALS),
                metered ? usage.first() : Optional.empty(),
                metered ? usage.last() : Optional.empty(),
                metered ? usage.gaps() : List.of()));
    }
}
