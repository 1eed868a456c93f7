package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.units.NodeId;
import dev.berth.units.Period;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Period TEN_TO_ELEVEN = new Period(Readings.time("10:00:00"), Readings.time("11:00:00"));

    private static long used(String table) {
        return Timeline.of(Readings.table(table))
                .usage(TEN_TO_ELEVEN)
                .of(Meter.CPU_TIME)
                .longValueExact();
    }

    @Test
    void countsTheIncreaseBetweenReadings() {
        assertEquals(70, used("""
                1 open   1 10:00:00 10
                2 sample 1 10:30:00 50
                3 sample 1 11:00:00 80
                """));
    }

    @Test
    void splitsAStepAtTheBoundaryAndGivesTheRemainderToTheLaterPart() {
        // 100 over 3 minutes: 33 in the minute before eleven, 67 after
        List<MeterReading> readings = Readings.table("""
                1 open   1 10:59:00 0
                2 sample 1 11:02:00 100
                """);
        Timeline timeline = Timeline.of(readings);

        assertEquals(33, timeline.usage(TEN_TO_ELEVEN).of(Meter.MEMORY).longValueExact());
        Period next = new Period(Readings.time("11:00:00"), Readings.time("12:00:00"));
        assertEquals(67, timeline.usage(next).of(Meter.MEMORY).longValueExact());
    }

    @Test
    void aRestartWithLivingCountersLosesNothing() {
        assertEquals(90, used("""
                1 open   1 10:00:00 10
                2 close  1 10:20:00 50
                3 open   2 10:30:00 60
                4 sample 2 11:00:00 100
                """));
    }

    @Test
    void countersThatBeginAnewAreNeverNegative() {
        assertEquals(40 + 30, used("""
                1 open   1 10:00:00 10
                2 close  1 10:20:00 50
                3 open   2 10:30:00 0
                4 sample 2 11:00:00 30
                """));
    }

    /** The reading that is below the one before ends the step in question; a period beside that step has no fault. */
    @Test
    void aFaultIsOneOfThePeriodsThatItsStepTouches() {
        Timeline timeline = Timeline.of(Readings.table("""
                1 open   1 10:00:00 0
                2 sample 1 10:20:00 100
                3 sample 1 10:30:00 80
                4 sample 1 10:40:00 120
                """));
        Function<String, List<Long>> faults = until ->
                timeline.faultsIn(new Period(Readings.time(until).minusSeconds(300), Readings.time(until))).stream()
                        .map(fault -> fault.at().seq())
                        .toList();

        assertEquals(List.of(), faults.apply("10:20:00"));
        assertEquals(List.of(3L), faults.apply("10:25:00"));
        assertEquals(List.of(3L), faults.apply("10:30:00"));
        assertEquals(List.of(), faults.apply("10:40:00"));
    }

    @Test
    void whatWentBackWithinAnEpochIsAFaultAndNotBilledTwice() {
        Timeline timeline = Timeline.of(Readings.table("""
                1 open   1 10:00:00 0
                2 sample 1 10:20:00 100
                3 sample 1 10:30:00 80
                4 sample 1 10:40:00 120
                """));

        assertEquals(
                120, timeline.usage(TEN_TO_ELEVEN).of(Meter.NETWORK_BYTES_SENT).longValueExact());
        assertEquals(1, timeline.faults().size());
    }

    @Test
    void throughAGapOnlyWhatCountersMeasuredCounts() {
        Timeline timeline = Timeline.of(Readings.table("""
                1 open   1 10:00:00 0
                2 gap    1 10:40:00 0
                3 sample 1 10:41:00 25
                """));

        Usage usage = timeline.usage(TEN_TO_ELEVEN);
        assertEquals(25, usage.of(Meter.CPU_TIME).longValueExact());
        assertEquals(List.of(new ReadingRef(Readings.NODE, 2)), usage.gaps());
    }

    @Test
    void aCheckpointBeginsAnew() {
        assertEquals(5, used("""
                1 checkpoint 1 10:00:00 1000
                2 sample     1 10:30:00 1005
                """));
    }

    @Test
    void aClockThatGoesBackMovesNothingIntoThePast() {
        Timeline timeline = Timeline.of(Readings.table("""
                1 open   1 10:00:00 0
                2 sample 1 11:30:00 30
                3 sample 1 10:30:00 50
                4 sample 1 12:00:00 60
                """));

        long ten = timeline.usage(TEN_TO_ELEVEN).of(Meter.CPU_TIME).longValueExact();
        long eleven = timeline.usage(new Period(Readings.time("11:00:00"), Readings.time("12:00:00")))
                .of(Meter.CPU_TIME)
                .longValueExact();
        assertEquals(20, ten);
        assertEquals(40, eleven);
        assertEquals(Optional.of(Readings.time("12:00:00")), timeline.watermark());
    }

    @Test
    void orderOfArrivalAndRepeatsDoNotMatter() {
        List<MeterReading> readings = Readings.table("""
                1 open   1 10:00:00 0
                2 sample 1 10:20:00 10
                3 sample 1 10:40:00 30
                """);
        List<MeterReading> shuffled = new ArrayList<>(readings);
        Collections.reverse(shuffled);
        shuffled.addAll(readings);

        assertEquals(Timeline.of(readings), Timeline.of(shuffled));
    }

    @Test
    void twoReadingsCannotHaveOnePlace() {
        List<MeterReading> readings = Readings.table("""
                1 open   1 10:00:00 0
                1 open   1 10:00:00 1
                """);

        assertThrows(IllegalArgumentException.class, () -> Timeline.of(readings));
    }

    @Test
    void nothingReadIsNothingUsed() {
        Usage usage = Timeline.of(List.of()).usage(TEN_TO_ELEVEN);

        assertTrue(usage.quantities().values().stream().allMatch(n -> n.signum() == 0));
        assertEquals(Optional.empty(), usage.first());
    }

    @Test
    void readingsOfTwoNodesAreNoTimeline() {
        MeterReading here = Readings.of(1, MeterReading.Kind.OPEN, 1, Readings.time("10:00:00"), 0);
        MeterReading there = new MeterReading(
                new ReadingRef(NodeId.of("00000000-0000-7000-8000-000000000002"), 2),
                MeterReading.Kind.SAMPLE,
                here.epoch(),
                here.at(),
                here.counters());

        assertThrows(IllegalArgumentException.class, () -> Timeline.of(List.of(here, there)));
    }

    @Test
    void onlyReadingsOfTheHourAreNamedForIt() {
        Usage usage = Timeline.of(Readings.table("""
                1 open   1 08:00:00 0
                2 gap    1 09:00:00 10
                3 sample 1 10:00:00 20
                4 sample 1 10:30:00 30
                5 gap    1 11:00:00 40
                6 sample 1 12:00:00 50
                """)).usage(TEN_TO_ELEVEN);

        assertEquals(Optional.of(new ReadingRef(Readings.NODE, 3)), usage.first());
        assertEquals(Optional.of(new ReadingRef(Readings.NODE, 5)), usage.last());
        assertEquals(List.of(new ReadingRef(Readings.NODE, 5)), usage.gaps());
    }

    @Test
    void aFractionOfASecondCounts() {
        // 1,000 over two seconds, half a second of them before eleven
        Timeline timeline = Timeline.of(Readings.table("""
                1 open   1 10:59:59.5 0
                2 sample 1 11:00:01.5 1000
                """));

        assertEquals(250, timeline.usage(TEN_TO_ELEVEN).of(Meter.CPU_TIME).longValueExact());
    }

    @Test
    void aPlaceInAJournalIsNamedByNodeAndNumber() {
        assertEquals("00000000-0000-7000-8000-000000000001#7", new ReadingRef(Readings.NODE, 7).toString());
        assertThrows(IllegalArgumentException.class, () -> new ReadingRef(Readings.NODE, 0));
        assertEquals("µs", Meter.CPU_TIME.baseUnit());
    }

    @Test
    void onlyPartsOfOtherMetersAreInformative() {
        assertEquals(
                Set.of(Meter.CPU_CREDIT, Meter.NETWORK_LOCAL_BYTES_SENT, Meter.NETWORK_LOCAL_BYTES_RECEIVED),
                Stream.of(Meter.values()).filter(Meter::informative).collect(Collectors.toSet()));
    }
}
