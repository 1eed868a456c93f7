package dev.berth.node.meter;

import java.math.BigInteger;

/**
 * The sum of a quantity over time, exact: what is not yet a whole quantity-second is carried.
 *
 * @param whole quantity times seconds
 * @param restNanos quantity times nanoseconds, less than one second's worth of one
 */
public record Integral(BigInteger whole, long restNanos) {
    public static final Integral ZERO = new Integral(BigInteger.ZERO, 0);

    private static final BigInteger NANOS_OF_SECOND = BigInteger.valueOf(1_000_000_000);

    public Integral {
        if (whole.signum() < 0 || restNanos < 0 || restNanos >= 1_000_000_000) {
            throw new IllegalArgumentException("%s s and %d ns are no integral".formatted(whole, restNanos));
        }
    }

    public Integral plus(long quantity, long nanos) {
        if (quantity < 0 || nanos < 0) {
            throw new IllegalArgumentException("%d over %d ns: neither can be negative".formatted(quantity, nanos));
        }
        BigInteger[] sum = BigInteger.valueOf(quantity)
                .multiply(BigInteger.valueOf(nanos))
                .add(BigInteger.valueOf(restNanos))
                .divideAndRemainder(NANOS_OF_SECOND);
        return new Integral(whole.add(sum[0]), sum[1].longValueExact());
    }
}
