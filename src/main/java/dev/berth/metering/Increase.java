package dev.berth.metering;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.BinaryOperator;

/** Counter by counter arithmetic. */
final class Increase {
    private Increase() {}

    /** What lies above; nothing where a counter is lower. */
    static Counters of(Counters from, Counters to) {
        return each(from, to, (a, b) -> b.subtract(a).max(BigInteger.ZERO));
    }

    static Counters highest(Counters one, Counters other) {
        return each(one, other, BigInteger::max);
    }

    static boolean wentBack(Counters from, Counters to) {
        return Arrays.stream(Meter.values())
                .filter(m -> !m.informative())
                .anyMatch(m -> m.of(to).compareTo(m.of(from)) < 0);
    }

    private static Counters each(Counters a, Counters b, BinaryOperator<BigInteger> operator) {
        return new Counters(
                operator.apply(a.cpuMicros(), b.cpuMicros()),
                operator.apply(a.memoryByteSeconds(), b.memoryByteSeconds()),
                operator.apply(a.diskByteSeconds(), b.diskByteSeconds()),
                operator.apply(a.sentBytes(), b.sentBytes()),
                operator.apply(a.receivedBytes(), b.receivedBytes()),
                operator.apply(a.addressSeconds(), b.addressSeconds()),
                operator.apply(a.uptimeSeconds(), b.uptimeSeconds()),
                operator.apply(a.snapshotByteSeconds(), b.snapshotByteSeconds()),
                operator.apply(a.localSentBytes(), b.localSentBytes()),
                operator.apply(a.localReceivedBytes(), b.localReceivedBytes()),
                operator.apply(a.creditMicros(), b.creditMicros()),
                operator.apply(a.surplusMicros(), b.surplusMicros()));
    }
}
