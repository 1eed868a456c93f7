package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;

/**
 * What a context may use when its bank is empty. Both amounts count from its creation, so being told them again changes nothing.
 *
 * @param creditMicros CPU-microseconds ever bought
 * @param surplusLimitMicros CPU-microseconds that may ever be surplus; below what was drawn when less is wanted than was used
 * @param drawn never more than each of the two was, at the time it was drawn
 */
record Purse(long creditMicros, long surplusLimitMicros, Drawn drawn) {
    Purse {
        if (creditMicros < 0 || surplusLimitMicros < 0) {
            throw new IllegalArgumentException("neither %d µs of credit nor %d µs of surplus can be negative"
                    .formatted(creditMicros, surplusLimitMicros));
        }
    }

    static Purse of(Limits limits, Drawn drawn) {
        return new Purse(
                limits.cpu().flatMap(Cpu::creditMicros).orElse(0L),
                limits.cpu().flatMap(Cpu::surplusLimitMicros).orElse(0L),
                drawn);
    }

    /** CPU-microseconds that can still be drawn. */
    long leftMicros() {
        long credit = creditLeft();
        long surplus = surplusLeft();
        return credit > Long.MAX_VALUE - surplus ? Long.MAX_VALUE : credit + surplus;
    }

    /** The credit first. */
    Purse less(long micros) {
        if (micros < 0 || micros > leftMicros()) {
            throw new IllegalArgumentException("%d µs cannot be drawn from %s".formatted(micros, this));
        }
        long credit = Math.min(micros, creditLeft());
        return new Purse(
                creditMicros,
                surplusLimitMicros,
                new Drawn(drawn.creditMicros() + credit, drawn.surplusMicros() + (micros - credit)));
    }

    private long creditLeft() {
        return Math.max(0, creditMicros - drawn.creditMicros());
    }

    private long surplusLeft() {
        return Math.max(0, surplusLimitMicros - drawn.surplusMicros());
    }
}
