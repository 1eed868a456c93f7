package dev.berth.metering;

import dev.berth.units.NodeId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Readings written as a table: {@code seq kind start time value}, with one value for all counters. */
final class Readings {
    static final NodeId NODE = NodeId.of("00000000-0000-7000-8000-000000000001");
    static final UUID BOOT = UUID.fromString("00000000-0000-4000-8000-00000000000b");

    private Readings() {}

    static List<MeterReading> table(String text) {
        List<MeterReading> readings = new ArrayList<>();
        for (String line : text.strip().split("\n", -1)) {
            String[] cells = line.strip().split("\\s+", -1);
            readings.add(of(
                    Long.parseLong(cells[0]),
                    MeterReading.Kind.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                    Long.parseLong(cells[2]),
                    time(cells[3]),
                    Long.parseLong(cells[4])));
        }
        return readings;
    }

    static MeterReading of(long seq, MeterReading.Kind kind, long startNo, Instant at, long value) {
        return new MeterReading(new ReadingRef(NODE, seq), kind, new Epoch(BOOT, startNo), at, counters(value));
    }

    static Counters counters(long value) {
        return counters(BigInteger.valueOf(value));
    }

    static Counters counters(BigInteger value) {
        return new Counters(value, value, value, value, value, value, value, value, value, value, value, value);
    }

    /** A time of the day all tables are of. */
    static Instant time(String clock) {
        return Instant.parse("2026-03-01T" + clock + "Z");
    }
}
