package dev.berth.metering;

/**
 * The absolute counters that money rests on; each grows from the creation of a context on its node. Byte-seconds and
 * seconds are integrals over the time in which what they measure existed.
 */
public record Counters(
        long cpuMicros,
        long memoryByteSeconds,
        long diskByteSeconds,
        long sentBytes,
        long receivedBytes,
        long addressSeconds,
        long uptimeSeconds) {
    public static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0);

    public Counters {
        if ((cpuMicros
                        | memoryByteSeconds
                        | diskByteSeconds
                        | sentBytes
                        | receivedBytes
                        | addressSeconds
                        | uptimeSeconds)
                < 0) {
            throw new IllegalArgumentException("a counter is negative");
        }
    }
}
