package dev.berth.node.meter;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class IntegralPropertyTest {
    /** However an interval is split, its integral is that of the whole. */
    @Property
    boolean splitIsTheWhole(
            @ForAll @LongRange(min = 0, max = 1L << 45) long quantity,
            @ForAll @LongRange(min = 0, max = 100_000_000_000_000L) long first,
            @ForAll @LongRange(min = 0, max = 100_000_000_000_000L) long second) {
        Integral split = Integral.ZERO.plus(quantity, first).plus(quantity, second);
        return split.equals(Integral.ZERO.plus(quantity, first + second));
    }

    /** Ten terabytes for ten years, looked at every few seconds or days: to the last byte-second, and beyond 64 bits. */
    @Property(tries = 200)
    boolean tenTerabytesForTenYears(
            @ForAll @LongRange(min = 5, max = 10 * 86_400) long lookSeconds, @ForAll Random random) {
        long bytes = 10_000_000_000_000L;
        long left = Duration.ofDays(3_652).toNanos();
        Integral sum = Integral.ZERO;
        for (int looks = 0; left > 0 && looks < 10_000; looks++) {
            long nanos = Math.min(left, 1 + random.nextLong(2 * lookSeconds * 1_000_000_000L));
            sum = sum.plus(bytes, nanos);
            left -= nanos;
        }
        sum = sum.plus(bytes, left);
        BigInteger expected = BigInteger.valueOf(bytes).multiply(BigInteger.valueOf(3_652L * 86_400));
        return sum.equals(new Integral(expected, 0)) && expected.bitLength() > Long.SIZE;
    }

    @Property
    boolean neverBack(
            @ForAll @LongRange(min = 0, max = 1L << 45) long quantity,
            @ForAll @LongRange(min = 0, max = 100_000_000_000_000L) long nanos) {
        Integral before = new Integral(BigInteger.valueOf(5), 999_999_999);
        return before.plus(quantity, nanos).whole().compareTo(before.whole()) >= 0;
    }
}
