package dev.berth.reconcile;

import dev.berth.metering.Meter;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.util.UUID;

/**
 * What a node's contexts were measured to use in a window, beside what its host counted.
 *
 * @param contexts in the meter's base unit, as {@code host} and {@code tolerance} are
 * @param verdict {@code HOLDS}, {@code ABOVE}, {@code BELOW}; {@code UNKNOWN} where the host's counters began anew or had gone back
 */
public record Comparison(
        UUID node,
        Meter meter,
        Period window,
        BigInteger contexts,
        BigInteger host,
        BigInteger tolerance,
        String verdict) {
    static final String UNKNOWN = "UNKNOWN";

    /** Contexts less host, in thousandths of the host's; empty numbers compare as equal. */
    public BigInteger differencePerMille() {
        return host.signum() == 0
                ? BigInteger.ZERO
                : contexts.subtract(host).multiply(BigInteger.valueOf(1_000)).divide(host);
    }
}
