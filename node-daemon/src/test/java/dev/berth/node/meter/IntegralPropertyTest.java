package dev.berth.node.meter;

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

    @Property
    boolean neverBack(
            @ForAll @LongRange(min = 0, max = 1L << 45) long quantity,
            @ForAll @LongRange(min = 0, max = 100_000_000_000_000L) long nanos) {
        Integral before = new Integral(5, 999_999_999);
        return before.plus(quantity, nanos).whole() >= before.whole();
    }
}
