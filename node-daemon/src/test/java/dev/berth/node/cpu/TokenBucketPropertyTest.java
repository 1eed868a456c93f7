package dev.berth.node.cpu;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TokenBucketPropertyTest {
    private static final long NANOS_OF_TOKEN = 1_000_000;

    /** What was filled minus what was used, to the nanosecond, as long as the bucket never ran over. */
    @Property
    boolean balanceIsExact(
            @ForAll @IntRange(min = 1, max = 64_000) int fill,
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 10_000_000) Long> elapsed,
            @ForAll @LongRange(min = 0, max = 5_000_000) long used) {
        TokenBucket bucket = new TokenBucket(fill, 64_000, Long.MAX_VALUE / NANOS_OF_TOKEN, 0, false);
        long expected = 0;
        for (long micros : elapsed) {
            bucket = bucket.after(micros, used);
            expected += micros * fill - used * 1_000;
        }
        return bucket.balanceNanos() == expected;
    }

    @Property
    boolean neverMoreThanTheBank(
            @ForAll @IntRange(min = 1, max = 64_000) int fill,
            @ForAll @LongRange(min = 1, max = 10_000_000) long bank,
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 1_000_000_000_000L) Long> elapsed) {
        TokenBucket bucket = new TokenBucket(fill, 64_000, bank, bank * NANOS_OF_TOKEN, false);
        for (long micros : elapsed) {
            bucket = bucket.after(micros, micros / 7_000);
            if (bucket.tokens() > bank) {
                return false;
            }
        }
        return true;
    }

    /** However an interval without use is split, the bucket is as full at its end. */
    @Property
    boolean splitIntervalFillsAsMuch(
            @ForAll @IntRange(min = 1, max = 64_000) int fill,
            @ForAll @LongRange(min = 1, max = 1_000_000) long bank,
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long start,
            @ForAll @LongRange(min = 0, max = 100_000_000) long first,
            @ForAll @LongRange(min = 0, max = 100_000_000) long second) {
        TokenBucket bucket = new TokenBucket(fill, 64_000, bank, start * NANOS_OF_TOKEN, false);
        return bucket.after(first, 0).after(second, 0).balanceNanos()
                == bucket.after(first + second, 0).balanceNanos();
    }

    /** Whoever wants all there is gets, over a long time, the launch tokens and then exactly the baseline. */
    @Property(tries = 50)
    boolean longRunAverageIsTheBaseline(
            @ForAll @IntRange(min = 10, max = 2_000) int fill,
            @ForAll @LongRange(min = 1_000, max = 100_000) long bank,
            @ForAll @IntRange(min = 100, max = 1_000) int stepMillis) {
        TokenBucket bucket = new TokenBucket(fill, 2_000, bank, bank * NANOS_OF_TOKEN, false);
        long usedMicros = 0;
        long steps = 20_000;
        for (long i = 0; i < steps; i++) {
            long used = bucket.quotaMilli() * stepMillis;
            usedMicros += used;
            bucket = bucket.after(stepMillis * 1_000L, used);
        }
        long granted = bank * 1_000 + steps * stepMillis * fill;
        long mostDebtMicros = 2_000L * stepMillis;
        return usedMicros <= granted + mostDebtMicros && usedMicros >= granted - bank * 1_000 - mostDebtMicros;
    }
}
