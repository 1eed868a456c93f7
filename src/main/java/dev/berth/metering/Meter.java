package dev.berth.metering;

import java.math.BigInteger;

/** What is measured, by the names integrators know. The unit is that of {@link #of}. */
public enum Meter {
    RUNNING_VM("s"),
    CPU_TIME("µs"),
    /** The part of CPU_TIME that was drawn from bought credit. */
    CPU_CREDIT("µs"),
    /** The part of CPU_TIME that was drawn as surplus. */
    CPU_SURPLUS("µs"),
    MEMORY("B·s"),
    VOLUME("B·s"),
    SNAPSHOT("B·s"),
    IP_ADDRESS("s"),
    NETWORK_BYTES_SENT("B"),
    NETWORK_BYTES_RECEIVED("B"),
    NETWORK_LOCAL_BYTES_SENT("B"),
    NETWORK_LOCAL_BYTES_RECEIVED("B");

    private final String baseUnit;

    Meter(String baseUnit) {
        this.baseUnit = baseUnit;
    }

    public String baseUnit() {
        return baseUnit;
    }

    public BigInteger of(Counters counters) {
        return switch (this) {
            case RUNNING_VM -> counters.uptimeSeconds();
            case CPU_TIME -> counters.cpuMicros();
            case CPU_CREDIT -> counters.creditMicros();
            case CPU_SURPLUS -> counters.surplusMicros();
            case MEMORY -> counters.memoryByteSeconds();
            case VOLUME -> counters.diskByteSeconds();
            case SNAPSHOT -> counters.snapshotByteSeconds();
            case IP_ADDRESS -> counters.addressSeconds();
            case NETWORK_BYTES_SENT -> counters.sentBytes();
            case NETWORK_BYTES_RECEIVED -> counters.receivedBytes();
            case NETWORK_LOCAL_BYTES_SENT -> counters.localSentBytes();
            case NETWORK_LOCAL_BYTES_RECEIVED -> counters.localReceivedBytes();
        };
    }

    /** A part of another meter that a node may stop telling apart, as an older berthd does: no price rests on it. */
    public boolean informative() {
        return this == CPU_CREDIT || this == NETWORK_LOCAL_BYTES_SENT || this == NETWORK_LOCAL_BYTES_RECEIVED;
    }
}
