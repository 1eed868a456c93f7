package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A rated interval: what one tariff line asks for a slice.
 *
 * @param quantity in base units, see {@link Charge}
 * @param exact in major units, to {@link Rater#DECIMALS} decimals
 * @param first the reading that the measurement starts from; empty for lines without a meter or without readings
 * @param gaps records of missing readings within it
 */
public record RatedLine(
        SubscriptionId subscription,
        UUID planVersion,
        TariffLine tariffLine,
        Period period,
        BigInteger quantity,
        BigInteger included,
        BigDecimal exact,
        Optional<ReadingRef> first,
        Optional<ReadingRef> last,
        List<ReadingRef> gaps) {
    public RatedLine {
        gaps = List.copyOf(gaps);
    }

    public Optional<Meter> meter() {
        return tariffLine.price().meter();
    }
}
