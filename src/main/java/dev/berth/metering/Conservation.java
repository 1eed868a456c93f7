package dev.berth.metering;

import java.math.BigInteger;

/**
 * What the contexts of a host were measured to use, beside what the host counted of all of them together. Both are in a meter's
 * base unit and of the same window.
 *
 * @param contexts the sum of the contexts' own use
 * @param host what was counted apart from it
 * @param tolerance how far they may differ: readings are not all taken at one moment
 */
public record Conservation(BigInteger contexts, BigInteger host, BigInteger tolerance) {
    /** Of the larger one. */
    private static final BigInteger TOLERATED_PARTS = BigInteger.valueOf(100);

    public Conservation {
        if (contexts.signum() < 0 || host.signum() < 0 || tolerance.signum() < 0) {
            throw new IllegalArgumentException(
                    "%s, %s and %s: none may be negative".formatted(contexts, host, tolerance));
        }
    }

    /** How the two compare. */
    public enum Verdict {
        HOLDS,
        /** More was measured of contexts than there was: somebody's bill may be too high. */
        ABOVE,
        /** More was used than was measured of any context: something runs that nobody pays for. */
        BELOW
    }

    /** @param slack what may be used between two readings that belong to one moment; a hundredth is tolerated beside it */
    public static Conservation of(BigInteger contexts, BigInteger host, BigInteger slack) {
        return new Conservation(
                contexts, host, contexts.max(host).divide(TOLERATED_PARTS).add(slack));
    }

    public Verdict verdict() {
        if (contexts.compareTo(host.add(tolerance)) > 0) {
            return Verdict.ABOVE;
        }
        return contexts.add(tolerance).compareTo(host) < 0 ? Verdict.BELOW : Verdict.HOLDS;
    }
}
