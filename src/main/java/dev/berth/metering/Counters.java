package dev.berth.metering;

import java.math.BigInteger;
import java.util.stream.Stream;

/**
 * The absolute counters that money rests on; each grows from the creation of a context on its node. Byte-seconds and
 * seconds are integrals over the time in which what they measure existed. They have no bound: a tebibyte's byte-seconds
 * leave 64 bits after 97 days.
 *
 * @param localSentBytes the part of {@code sentBytes} that stayed in local networks
 * @param localReceivedBytes the part of {@code receivedBytes} that came from local networks
 * @param creditMicros the part of {@code cpuMicros} that was drawn from bought credit
 * @param surplusMicros the part of {@code cpuMicros} that was drawn as surplus
 */
public record Counters(
        BigInteger cpuMicros,
        BigInteger memoryByteSeconds,
        BigInteger diskByteSeconds,
        BigInteger sentBytes,
        BigInteger receivedBytes,
        BigInteger addressSeconds,
        BigInteger uptimeSeconds,
        BigInteger snapshotByteSeconds,
        BigInteger localSentBytes,
        BigInteger localReceivedBytes,
        BigInteger creditMicros,
        BigInteger surplusMicros) {
    public static final Counters ZERO = new Counters(
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO);

    /** Of a context that drew nothing beyond its bank. */
    public Counters(
            BigInteger cpuMicros,
            BigInteger memoryByteSeconds,
            BigInteger diskByteSeconds,
            BigInteger sentBytes,
            BigInteger receivedBytes,
            BigInteger addressSeconds,
            BigInteger uptimeSeconds,
            BigInteger snapshotByteSeconds,
            BigInteger localSentBytes,
            BigInteger localReceivedBytes) {
        this(
                cpuMicros,
                memoryByteSeconds,
                diskByteSeconds,
                sentBytes,
                receivedBytes,
                addressSeconds,
                uptimeSeconds,
                snapshotByteSeconds,
                localSentBytes,
                localReceivedBytes,
                BigInteger.ZERO,
                BigInteger.ZERO);
    }

    public Counters {
        if (Stream.of(
                        cpuMicros,
                        memoryByteSeconds,
                        diskByteSeconds,
                        sentBytes,
                        receivedBytes,
                        addressSeconds,
                        uptimeSeconds,
                        snapshotByteSeconds,
                        localSentBytes,
                        localReceivedBytes,
                        creditMicros,
                        surplusMicros)
                .anyMatch(counter -> counter.signum() < 0)) {
            throw new IllegalArgumentException("a counter is negative");
        }
    }
}
