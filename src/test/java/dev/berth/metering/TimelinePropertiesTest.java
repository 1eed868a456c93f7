package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.metering.MeterReading.Kind;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class TimelinePropertiesTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    static final long SPAN_MILLIS = 40L * 7_200_000;

    /** A step to the next reading: time may stand or go back, a new start may reset the counters. */
    private record Move(long millis, long used, boolean restart, boolean reset) {}

    @Provide
    Arbitrary<List<MeterReading>> journals() {
        return Combinators.combine(
                        Arbitraries.longs().between(-600_000, 7_200_000),
                        Arbitraries.longs().between(0, 1L << 52),
                        Arbitraries.of(false, false, false, true),
                        Arbitraries.of(true, false))
                .as(Move::new)
                .list()
                .ofMaxSize(40)
                .map(TimelinePropertiesTest::journal);
    }

    private static List<MeterReading> journal(List<Move> moves) {
        List<MeterReading> readings = new ArrayList<>();
        long value = 0;
        long startNo = 1;
        Instant at = START;
        readings.add(Readings.of(1, Kind.OPEN, startNo, at, value));
        for (Move move : moves) {
            at = at.plusMillis(move.millis());
            boolean reset = move.restart() && move.reset();
            value = reset ? move.used() % 1_000 : value + move.used();
            startNo += move.restart() ? 1 : 0;
            readings.add(Readings.of(readings.size() + 1L, Kind.SAMPLE, startNo, at, value));
        }
        return readings;
    }

    @Property
    void aPeriodsUsageIsTheSumOverItsParts(
            @ForAll("journals") List<MeterReading> journal,
            @ForAll List<@LongRange(min = 1, max = SPAN_MILLIS - 1) Long> cuts) {
        Timeline timeline = Timeline.of(journal);
        List<Instant> bounds = new ArrayList<>(List.of(START, START.plusMillis(SPAN_MILLIS)));
        cuts.forEach(cut -> bounds.add(START.plusMillis(cut)));
        List<Instant> sorted = bounds.stream().distinct().sorted().toList();

        BigInteger parts = BigInteger.ZERO;
        for (int i = 1; i < sorted.size(); i++) {
            parts = parts.add(
                    timeline.usage(new Period(sorted.get(i - 1), sorted.get(i))).of(Meter.VOLUME));
        }

        Period whole = new Period(sorted.getFirst(), sorted.getLast());
        assertEquals(timeline.usage(whole).of(Meter.VOLUME), parts);
    }

    @Property
    void arrivalOrderAndRepeatsChangeNothing(@ForAll("journals") List<MeterReading> journal, @ForAll long seed) {
        List<MeterReading> arrived = new ArrayList<>(journal);
        arrived.addAll(journal.subList(0, journal.size() / 2));
        Collections.shuffle(arrived, new Random(seed));

        assertEquals(Timeline.of(journal), Timeline.of(arrived));
    }

    @Property
    void laterReadingsNeverChangeWhatLiesBeforeTheWatermark(@ForAll("journals") List<MeterReading> journal) {
        Timeline whole = Timeline.of(journal);
        for (int known = 1; known <= journal.size(); known++) {
            Timeline early = Timeline.of(journal.subList(0, known));
            Instant watermark = early.watermark().orElseThrow();
            if (watermark.isAfter(START)) {
                Period closed = new Period(START, watermark);
                assertEquals(
                        early.usage(closed).quantities(), whole.usage(closed).quantities());
            }
        }
    }

    /** Ten terabytes for ten years, read at any times and billed by the month: nothing is lost and nothing wraps. */
    @Property(tries = 50)
    void tenTerabytesForTenYearsAreExact(@ForAll List<@LongRange(min = 1, max = 3_652L * 86_400 - 1) Long> looks) {
        BigInteger bytes = BigInteger.valueOf(10_000_000_000_000L);
        List<Long> seconds = new ArrayList<>(List.of(0L, 3_652L * 86_400));
        seconds.addAll(looks);
        List<MeterReading> journal = new ArrayList<>();
        for (long second : seconds.stream().distinct().sorted().toList()) {
            journal.add(new MeterReading(
                    new ReadingRef(Readings.NODE, journal.size() + 1L),
                    journal.isEmpty() ? Kind.OPEN : Kind.SAMPLE,
                    new Epoch(Readings.BOOT, 1),
                    START.plusSeconds(second),
                    Readings.counters(bytes.multiply(BigInteger.valueOf(second)))));
        }
        Timeline timeline = Timeline.of(journal);

        BigInteger billed = BigInteger.ZERO;
        for (Instant month = START; month.isBefore(START.plusSeconds(3_652L * 86_400)); ) {
            Instant next = month.plusSeconds(30L * 86_400);
            billed = billed.add(timeline.usage(new Period(month, next)).of(Meter.VOLUME));
            month = next;
        }

        BigInteger expected = bytes.multiply(BigInteger.valueOf(3_652L * 86_400));
        assertTrue(expected.bitLength() > Long.SIZE);
        assertEquals(expected, billed);
    }

    @Property
    void neverMoreIsBilledThanCountersGrew(@ForAll("journals") List<MeterReading> journal) {
        long grown = 0;
        for (int i = 1; i < journal.size(); i++) {
            BigInteger before = journal.get(i - 1).counters().cpuMicros();
            BigInteger now = journal.get(i).counters().cpuMicros();
            grown += now.subtract(before).max(BigInteger.ZERO).longValueExact();
        }
        Timeline timeline = Timeline.of(journal);
        Period all = new Period(START.minusSeconds(1), START.plusMillis(SPAN_MILLIS * 2));

        assertTrue(timeline.usage(all).of(Meter.CPU_TIME).longValueExact() <= grown);
        assertTrue(timeline.faults().isEmpty());
    }
}
