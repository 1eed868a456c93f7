package dev.berth.evidence;

import dev.berth.metering.MeterReading;
import java.util.List;
import java.util.Optional;

/**
 * The readings of a VPS on one node, checked.
 *
 * @param nodeName for people
 * @param keys fingerprints (SHA-256 of the DER form) of the keys that its signatures were checked with
 * @param fault what is wrong with the file itself
 */
record Measured(String nodeName, List<Proved> readings, List<String> keys, Optional<String> fault) {
    Measured {
        readings = List.copyOf(readings);
        keys = List.copyOf(keys);
    }

    List<MeterReading> forMetering() {
        return readings.stream().map(Proved::reading).toList();
    }

    List<Proved> of(BundleLine.Interval interval) {
        return readings.stream()
                .filter(r -> interval.covers(r.reading().ref().seq()))
                .toList();
    }
}
