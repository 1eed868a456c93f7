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
        TokenBucket bucket = new TokenBucket(fill, 64_000, 64_000, Long.MAX_VALUE / NANOS_OF_TOKEN, 0, false);
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
        TokenBucket bucket = new TokenBucket(fill, 64_000, 64_000, bank, bank * NANOS_OF_TOKEN, false);
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
        TokenBucket bucket = new TokenBucket(fill, 64_000, 64_000, bank, start * NANOS_OF_TOKEN, false);
        return bucket.after(first, 0).after(second, 0).balanceNanos()
                == bucket.after(first + second, 0).balanceNanos();
    }

    /**
     * Whoever wants all there is gets, over a long time, what was in the bank and then exactly the baseline, although the kernel
     * gives a little more or less than it was told and the daemon looks late.
     */
    @Property(tries = 100)
    boolean longRunAverageIsTheBaseline(
            @ForAll @IntRange(min = 10, max = 1_500) int fill,
            @ForAll @LongRange(min = 1_000, max = 100_000) long bank,
            @ForAll @IntRange(min = -5, max = 5) int kernelErrorPerMille,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 150) Integer> lateMillis) {
        Greedy greedy = new Greedy(fill, bank, kernelErrorPerMille, lateMillis);
        long micros = greedy.run(3_600_000);
        long granted = bank * 1_000 + micros / 1_000 * fill;
        // A look that is late costs that time at the ceiling, once; the even-out leaves its constant error in the
        // bucket.
        long slackMicros = 2_000L * 150 + fill * TokenBucket.EVEN_MILLIS * 5 / 1_000;
        return Math.abs(greedy.usedMicros - granted) <= slackMicros;
    }

    /** The promise to a busy context: from the moment its bank is empty, any 20 seconds give the baseline within 2 %. */
    @Property(tries = 100)
    boolean baselineHoldsOverTwentySeconds(
            @ForAll @IntRange(min = 10, max = 1_500) int fill,
            @ForAll @LongRange(min = 1_000, max = 30_000) long bank,
            @ForAll @IntRange(min = -5, max = 5) int kernelErrorPerMille,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 150) Integer> lateMillis) {
        Greedy greedy = new Greedy(fill, bank, kernelErrorPerMille, lateMillis);
        while (!greedy.bucket.held()) {
            greedy.look();
        }
        for (int window = 0; window < 30; window++) {
            long before = greedy.usedMicros;
            long micros = greedy.run(20_000);
            long perMille = (greedy.usedMicros - before) * 1_000 / (micros / 1_000 * fill);
            if (perMille < 980 || perMille > 1_020) {
                return false;
            }
        }
        return true;
    }

    /** A context that uses all it may, a kernel that is not exact, and a daemon that looks as the governor does. */
    private static final class Greedy {
        private final int kernelErrorPerMille;
        private final List<Integer> lateMillis;
        private TokenBucket bucket;
        private long usedMicros;
        private int looks;

        Greedy(int fill, long bank, int kernelErrorPerMille, List<Integer> lateMillis) {
            this.bucket = new TokenBucket(
                    fill, Math.max(fill, 2_000), Math.max(1, bank / 2), bank, bank * NANOS_OF_TOKEN, false);
            this.kernelErrorPerMille = kernelErrorPerMille;
            this.lateMillis = lateMillis;
        }

        long run(long millis) {
            long ran = 0;
            while (ran < millis * 1_000) {
                ran += look();
            }
            return ran;
        }

        long look() {
            long late = lateMillis.get(looks++ % lateMillis.size());
            long millis = pauseMillis() + late;
            long used = bucket.microsPerSecond() * millis / 1_000 * (1_000 + kernelErrorPerMille) / 1_000;
            usedMicros += used;
            bucket = bucket.after(millis * 1_000, used);
            return millis * 1_000;
        }

        private long pauseMillis() {
            if (bucket.nearSwitch(2 * Governor.SLOW_MILLIS)) {
                return Governor.FAST_MILLIS;
            }
            if (bucket.nearSwitch(2 * Governor.FAR_MILLIS)) {
                return Governor.SLOW_MILLIS;
            }
            return bucket.nearSwitch(2 * Governor.FARTHEST_MILLIS) ? Governor.FAR_MILLIS : Governor.FARTHEST_MILLIS;
        }
    }
}
