package dev.berth.metering;

import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The readings of one context on one node in the order of the journal, and the steps between them.
 *
 * <p>Within an epoch only what exceeds the highest value seen counts; a counter that went back is a {@link Fault}.
 * From one epoch to the next the increase counts when there is one: exact where counters live on, too low but never too
 * high where they began anew. A CHECKPOINT begins anew. Nothing is estimated for a gap: what the counters measured
 * through it counts, what they could not is not billed. Times only move forward: a reading whose clock is behind the
 * one before is taken to be of the same instant.
 *
 * @param watermark up to here use is known; empty without a reading
 */
public record Timeline(
        List<MeterReading> readings, List<MeasuredStep> steps, List<Fault> faults, Optional<Instant> watermark) {
    public Timeline {
        readings = List.copyOf(readings);
        steps = List.copyOf(steps);
        faults = List.copyOf(faults);
    }

    /** A reading that breaks the rules of counters; the account's bill waits for staff. */
    public record Fault(ReadingRef at, String what) {}

    /**
     * @param given in any order, repeats allowed
     * @throws IllegalArgumentException when two different readings claim one place, or they are of two nodes
     */
    public static Timeline of(Collection<MeterReading> given) {
        return new Builder().build(ordered(given));
    }

    public Usage usage(Period period) {
        Map<Meter, BigInteger> quantities = new EnumMap<>(Meter.class);
        List<MeasuredStep> touching =
                steps.stream().filter(s -> s.touches(period)).toList();
        for (Meter meter : Meter.values()) {
            BigInteger sum = BigInteger.ZERO;
            for (MeasuredStep step : touching) {
                sum = sum.add(step.within(period, meter));
            }
            quantities.put(meter, sum);
        }
        List<ReadingRef> gaps = touching.stream()
                .map(MeasuredStep::last)
                .filter(r -> r.kind() == MeterReading.Kind.GAP)
                .map(MeterReading::ref)
                .toList();
        return touching.isEmpty()
                ? Usage.none(period)
                : new Usage(
                        period,
                        quantities,
                        Optional.of(touching.getFirst().first().ref()),
                        Optional.of(touching.getLast().last().ref()),
                        gaps);
    }

    /** Faults of steps that touch a period: they put what was used in it in question. */
    public List<Fault> faultsIn(Period period) {
        return faults.stream()
                .filter(fault ->
                        steps.stream().anyMatch(step -> step.last().ref().equals(fault.at()) && step.touches(period)))
                .toList();
    }

    private static Collection<MeterReading> ordered(Collection<MeterReading> given) {
        SortedMap<Long, MeterReading> bySeq = new TreeMap<>();
        for (MeterReading reading : given) {
            MeterReading known = bySeq.putIfAbsent(reading.ref().seq(), reading);
            if (known != null && !known.equals(reading)) {
                throw new IllegalArgumentException("two readings claim to be " + reading.ref());
            }
        }
        if (bySeq.values().stream().map(r -> r.ref().node()).distinct().count() > 1) {
            throw new IllegalArgumentException("readings of several nodes are no timeline");
        }
        return bySeq.values();
    }

    private static final class Builder {
        private final List<MeasuredStep> steps = new ArrayList<>();
        private final List<Fault> faults = new ArrayList<>();
        private Optional<MeterReading> before = Optional.empty();
        private Counters highest = Counters.ZERO;
        private Instant now = Instant.MIN;

        Timeline build(Collection<MeterReading> ordered) {
            ordered.forEach(this::add);
            return new Timeline(List.copyOf(ordered), steps, faults, before.map(b -> now));
        }

        private void add(MeterReading reading) {
            Instant then = now;
            now = reading.at().isAfter(now) ? reading.at() : now;
            if (before.isPresent() && reading.kind() != MeterReading.Kind.CHECKPOINT) {
                MeterReading first = before.get();
                boolean sameEpoch = first.epoch().equals(reading.epoch());
                Counters used = Increase.of(highest, reading.counters());
                steps.add(new MeasuredStep(first, reading, then, now, used));
                if (sameEpoch && Increase.wentBack(highest, reading.counters())) {
                    faults.add(new Fault(reading.ref(), "a counter went back, and nothing had begun anew"));
                }
                highest = sameEpoch ? Increase.highest(highest, reading.counters()) : reading.counters();
            } else {
                highest = reading.counters();
            }
            before = Optional.of(reading);
        }
    }
}
