package dev.berth.metering;

import java.util.Arrays;
import java.util.function.LongBinaryOperator;

/** Counter by counter arithmetic. */
final class Increase {
    private Increase() {}

    /** What lies above; nothing where a counter is lower. */
    static Counters of(Counters from, Counters to) {
        return each(from, to, (a, b) -> Math.max(0, b - a));
    }

    static Counters highest(Counters one, Counters other) {
        return each(one, other, Math::max);
    }

    static boolean wentBack(Counters from, Counters to) {
        return Arrays.stream(Meter.values()).anyMatch(m -> m.of(to) < m.of(from));
    }

    private static Counters each(Counters a, Counters b, LongBinaryOperator operator) {
        return new Counters(
                operator.applyAsLong(a.cpuMicros(), b.cpuMicros()),
                operator.applyAsLong(a.memoryByteSeconds(), b.memoryByteSeconds()),
                operator.applyAsLong(a.diskByteSeconds(), b.diskByteSeconds()),
                operator.applyAsLong(a.sentBytes(), b.sentBytes()),
                operator.applyAsLong(a.receivedBytes(), b.receivedBytes()),
                operator.applyAsLong(a.addressSeconds(), b.addressSeconds()),
                operator.applyAsLong(a.uptimeSeconds(), b.uptimeSeconds()));
    }
}
