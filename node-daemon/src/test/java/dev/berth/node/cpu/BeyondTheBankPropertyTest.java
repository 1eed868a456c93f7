package dev.berth.node.cpu;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What is drawn beyond the bank, against a model of its own. */
class BeyondTheBankPropertyTest {
    private static final long NANOS_OF_TOKEN = 1_000_000;

    /** A look: time passed and time used since the one before. */
    private record Step(long elapsedMicros, long usedMicros) {
        /** From one number, so that jqwik can shrink it: up to two seconds, up to two CPUs. */
        static Step of(int seed, TokenBucket bucket) {
            long elapsed = 1L + seed % 2_000_000;
            long most = elapsed * bucket.microsPerSecond() / 1_000_000;
            return new Step(elapsed, most * (seed / 2_000_000 % 101) / 100);
        }
    }

    /** Naive, in unbounded integers and nanoseconds. */
    private static final class Model {
        private BigInteger balance;
        private final BigInteger fullest;
        private final long fill;
        private long credit;
        private long surplus;
        private long creditDrawn;
        private long surplusDrawn;

        Model(TokenBucket bucket, Purse purse) {
            balance = BigInteger.valueOf(bucket.balanceNanos());
            fullest = BigInteger.valueOf(bucket.maxTokens()).multiply(BigInteger.valueOf(NANOS_OF_TOKEN));
            fill = bucket.fillMilli();
            credit = purse.creditMicros();
            surplus = purse.surplusLimitMicros();
        }

        void after(Step step, boolean held) {
            BigInteger filled = BigInteger.valueOf(step.elapsedMicros()).multiply(BigInteger.valueOf(fill));
            BigInteger used = BigInteger.valueOf(step.usedMicros()).multiply(BigInteger.valueOf(1_000));
            balance = balance.add(filled).subtract(used);
            BigInteger lacking = balance.negate().min(used.subtract(filled)).max(BigInteger.ZERO);
            long wanted = held ? 0 : lacking.longValueExact() / 1_000;
            long ofCredit = Math.min(wanted, credit);
            long ofSurplus = Math.min(wanted - ofCredit, surplus);
            credit -= ofCredit;
            surplus -= ofSurplus;
            creditDrawn += ofCredit;
            surplusDrawn += ofSurplus;
            balance = balance.add(BigInteger.valueOf(1_000 * (ofCredit + ofSurplus)))
                    .min(fullest);
        }
    }

    @Property
    boolean everyLookIsAsTheModelSays(
            @ForAll @IntRange(min = 1, max = 1_500) int fill,
            @ForAll @LongRange(min = 1, max = 10_000) long bank,
            @ForAll @LongRange(min = 0, max = 3_000_000) long credit,
            @ForAll @LongRange(min = 0, max = 3_000_000) long surplus,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 210_000_000) Integer> seeds) {
        Purse purse = new Purse(credit, surplus, Drawn.NOTHING);
        TokenBucket bucket = new TokenBucket(fill, 2_000, Math.max(1, bank / 2), bank, bank * NANOS_OF_TOKEN, false)
                .withReserve(purse.leftMicros());
        Model model = new Model(bucket, purse);
        for (int seed : seeds) {
            Step step = Step.of(seed, bucket);
            TokenBucket next = bucket.after(step.elapsedMicros(), step.usedMicros());
            model.after(step, bucket.held());
            purse = purse.less(bucket.reserveMicros() - next.reserveMicros());
            bucket = next;
            Drawn drawn = purse.drawn();
            boolean same = model.balance.equals(BigInteger.valueOf(bucket.balanceNanos()))
                    && drawn.equals(new Drawn(model.creditDrawn, model.surplusDrawn));
            boolean within = drawn.surplusMicros() <= surplus && drawn.creditMicros() <= credit;
            boolean inOrder = drawn.surplusMicros() == 0 || drawn.creditMicros() == credit;
            if (!same || !within || !inOrder || bucket.reserveMicros() != purse.leftMicros()) {
                return false;
            }
        }
        return true;
    }

    /** A daemon that ends between two looks and goes on from what it had written down gives out the same. */
    @Property
    boolean aRestartChangesNothing(
            @ForAll @IntRange(min = 1, max = 1_500) int fill,
            @ForAll @LongRange(min = 1, max = 5_000) long bank,
            @ForAll @LongRange(min = 0, max = 3_000_000) long credit,
            @ForAll @LongRange(min = 0, max = 3_000_000) long surplus,
            @ForAll @IntRange(min = 0, max = 59) int ends) {
        Purse purse = new Purse(credit, surplus, Drawn.NOTHING);
        Purse other = purse;
        TokenBucket bucket =
                new TokenBucket(fill, 2_000, bank, bank, bank * NANOS_OF_TOKEN, false).withReserve(purse.leftMicros());
        TokenBucket again = bucket;
        for (int look = 0; look < 60; look++) {
            long used = bucket.microsPerSecond() / 10;
            TokenBucket next = bucket.after(100_000, used);
            purse = purse.less(bucket.reserveMicros() - next.reserveMicros());
            bucket = next;
            TokenBucket nextAgain = again.after(100_000, used);
            other = other.less(again.reserveMicros() - nextAgain.reserveMicros());
            again = nextAgain;
            if (look == ends) {
                other = new Purse(credit, surplus, other.drawn());
                again = new TokenBucket(fill, 2_000, bank, bank, again.balanceNanos(), again.held())
                        .withReserve(other.leftMicros());
            }
        }
        return bucket.equals(again) && purse.equals(other);
    }

    /** Whoever wants all there is gets the bank, the baseline and what was bought: no more, and but for a last rest no less. */
    @Property(tries = 200)
    boolean allThatWasBoughtIsGivenOut(
            @ForAll @IntRange(min = 10, max = 1_500) int fill,
            @ForAll @LongRange(min = 1_000, max = 20_000) long bank,
            @ForAll @LongRange(min = 0, max = 30_000_000) long bought,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 150) Integer> lateMillis) {
        TokenBucket bucket =
                new TokenBucket(fill, 2_000, bank / 2, bank, bank * NANOS_OF_TOKEN, false).withReserve(bought);
        long used = 0;
        long millis = 0;
        for (int look = 0; look < 20_000 && !bucket.held(); look++) {
            long pause = Governor.FAST_MILLIS + lateMillis.get(look % lateMillis.size());
            long step = bucket.microsPerSecond() * pause / 1_000;
            used += step;
            millis += pause;
            bucket = bucket.after(pause * 1_000, step);
        }
        long granted = bank * 1_000 + millis * fill + bought;
        // a look that is late costs its time at the ceiling, as a debt; what is left is below a hundredth of the
        // baseline
        return bucket.held()
                && used <= granted + 2_000L * 250
                && used + bucket.reserveMicros() + Math.max(0, bucket.balanceNanos()) / 1_000 >= granted - 1_000
                && bucket.reserveMicros() <= fill * 10L * TokenBucket.HORIZON_MILLIS / 1_000 + 1;
    }
}
