package dev.berth.metering;

import java.util.Arrays;

/** How a reading follows the one of its context before. */
public enum Succession {
    /** Counters go on: what was used over many such readings is the last less the first. */
    PLAIN,
    /** Something begins, ends or is missing: sums must look at this reading and at the one before. */
    EDGE,
    /** A counter went back within its epoch: what counts then depends on the highest value ever seen. */
    FAULT;

    public static Succession of(MeterReading before, MeterReading reading) {
        boolean goesOn = before.epoch().equals(reading.epoch()) && reading.kind() != MeterReading.Kind.CHECKPOINT;
        if (goesOn && Increase.wentBack(before.counters(), reading.counters())) {
            return FAULT;
        }
        boolean plain = goesOn
                && reading.kind() == MeterReading.Kind.SAMPLE
                && Arrays.stream(Meter.values())
                        .allMatch(m -> m.of(before.counters()).compareTo(m.of(reading.counters())) <= 0);
        return plain ? PLAIN : EDGE;
    }
}
