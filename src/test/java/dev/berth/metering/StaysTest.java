package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.metering.MeterReading.Kind;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A context that goes from node to node: what it truly used, to the last unit, is what its nodes' timelines sum to. */
class StaysTest {
    private static final UUID BOOT = new UUID(0, 1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<NodeId> NODES =
            List.of(new NodeId(new UUID(0, 1)), new NodeId(new UUID(0, 2)), new NodeId(new UUID(0, 3)));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 20_260_101})
    void noStepIsLostCountedTwiceOrNegative(long seed) {
        Random chance = new Random(seed);
        Map<NodeId, List<MeterReading>> journals = new HashMap<>();
        long truth = 0;
        long second = 0;
        long startNo = 0;
        NodeId here = NODES.getFirst();
        Kind kind = Kind.OPEN;
        for (int i = 0; i < 300; i++) {
            add(journals, here, kind, new Moment(startNo, second, truth));
            second += 1 + chance.nextInt(5_000);
            kind = Kind.SAMPLE;
            truth += chance.nextLong(1L << 40);
            if (chance.nextInt(6) == 0) {
                add(journals, here, Kind.CLOSE, new Moment(startNo, second, truth));
                // On its way nothing is used, and the node that it left reads nothing.
                second += chance.nextInt(3_600);
                here = NODES.get(chance.nextInt(NODES.size()));
                add(journals, here, Kind.CHECKPOINT, new Moment(startNo, second, truth));
                startNo++;
                kind = Kind.OPEN;
            }
        }
        add(journals, here, Kind.CLOSE, new Moment(startNo, second, truth));
        Period all = new Period(START, START.plusSeconds(second + 1));

        assertEquals(BigInteger.valueOf(truth), total(journals, all), "seed " + seed);
        Instant cut = START.plusSeconds(chance.nextLong(second));
        assertEquals(
                BigInteger.valueOf(truth),
                total(journals, new Period(START, cut)).add(total(journals, new Period(cut, all.to()))),
                "seed " + seed);
    }

    /** What the context has truly used by then. */
    private record Moment(long startNo, long second, long truth) {}

    private static void add(Map<NodeId, List<MeterReading>> journals, NodeId node, Kind kind, Moment moment) {
        List<MeterReading> journal = journals.computeIfAbsent(node, key -> new ArrayList<>());
        BigInteger n = BigInteger.valueOf(moment.truth());
        journal.add(new MeterReading(
                new ReadingRef(node, journal.size() + 1L),
                kind,
                new Epoch(BOOT, moment.startNo()),
                START.plusSeconds(moment.second()),
                new Counters(n, n, n, n, n, n, n, n, n, n, n, n)));
    }

    private static BigInteger total(Map<NodeId, List<MeterReading>> journals, Period period) {
        List<Usage> parts = journals.values().stream()
                .map(readings -> {
                    Timeline timeline = Timeline.of(readings);
                    assertEquals(List.of(), timeline.faults());
                    return timeline.usage(period);
                })
                .toList();
        Usage sum = Usage.sum(period, parts);
        BigInteger cpu = sum.of(Meter.CPU_TIME);
        for (Meter meter : Meter.values()) {
            assertEquals(cpu, sum.of(meter));
        }
        return cpu;
    }

    @Test
    void evidenceReachesFromTheFirstToTheLast() {
        Period period = new Period(START, START.plusSeconds(10));
        ReadingRef first = new ReadingRef(NODES.get(0), 3);
        ReadingRef last = new ReadingRef(NODES.get(1), 9);
        Usage one = new Usage(period, Map.of(), Optional.of(first), Optional.of(first), List.of(first));
        Usage other = new Usage(period, Map.of(), Optional.of(last), Optional.of(last), List.of());
        Usage sum = Usage.sum(period, List.of(one, Usage.none(period), other));
        assertEquals(Optional.of(first), sum.first());
        assertEquals(Optional.of(last), sum.last());
        assertEquals(List.of(first), sum.gaps());
        assertEquals(Usage.none(period), Usage.sum(period, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> Usage.sum(period, List.of(Usage.none(new Period(START, START.plusSeconds(11))))));
    }
}
