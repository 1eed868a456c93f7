package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Local;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.metering.Meter;
import dev.berth.metering.Timeline;
import dev.berth.metering.Usage;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Database;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bill needs of a timeline gives the same sums as all of it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LeanTimelinesTest {
    private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");
    private static final int CONTEXTS = 40;
    private static final int READINGS = 60;

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

    @Inject
    Seed seed;

    @Inject
    Database database;

    /** One context that lives at random: it starts, stops, has gaps, its clock stands and goes back, counters begin anew. */
    private static final class Life {
        final UUID id = UUID.randomUUID();
        final Random chance;
        final boolean mayFault;
        Instant at = START;
        long value = 1_000;
        long local;
        long startNo = 1;

        Life(Random chance, boolean mayFault) {
            this.chance = chance;
            this.mayFault = mayFault;
        }

        Reading next() {
            int turn = chance.nextInt(40);
            at = at.plus(turn < 2 ? Duration.ofMinutes(-30) : turn < 4 ? Duration.ZERO : step());
            Kind kind = turn == 5 ? Kind.GAP : turn == 6 ? Kind.CHECKPOINT : turn == 7 ? Kind.CLOSE : Kind.SAMPLE;
            value = turn == 6 || (turn == 8 && mayFault) ? chance.nextInt(900) : value + chance.nextInt(1_000);
            if (turn >= 9 && turn < 12) {
                startNo++;
                value = turn == 9 ? chance.nextInt(100) : value;
                kind = chance.nextBoolean() ? Kind.OPEN : Kind.SAMPLE;
            }
            local = turn == 12 || value < local ? 0 : Math.min(value, local + chance.nextInt(100));
            return reading(kind);
        }

        /** Often on the full hour, sometimes after hours without any. */
        private Duration step() {
            return chance.nextInt(8) == 0
                    ? Duration.ofMinutes(chance.nextInt(600))
                    : Duration.between(at, at.plusSeconds(3600).truncatedTo(ChronoUnit.HOURS));
        }

        private Reading reading(Kind kind) {
            BigInteger wide = BigInteger.valueOf(value);
            Counters counters = new Counters(
                    value,
                    0,
                    wide,
                    wide,
                    value,
                    value,
                    0,
                    0,
                    value,
                    value,
                    0,
                    Optional.empty(),
                    Optional.of(new Local(local, local)));
            Optional<String> gap = kind == Kind.GAP ? Optional.of("lost") : Optional.empty();
            return new Reading(
                    kind, id.toString(), 1, Journal.BOOT, startNo, at.toEpochMilli(), 0, true, counters, gap);
        }
    }

    private record Fleet(NodeId node, List<Life> lives, Journal journal) {}

    private Fleet live(Random chance) {
        Fleet fleet = notRead(chance, 10);
        arrive(fleet, 1, CONTEXTS * READINGS);
        return fleet;
    }

    /**
     * A fleet whose journal is still on its node.
     *
     * @param each counters of each so many-th context may go back
     */
    private Fleet notRead(Random chance, int each) {
        Fleet fleet = new Fleet(new NodeId(seed.node()), new ArrayList<>(), new Journal());
        for (int i = 0; i < CONTEXTS; i++) {
            fleet.lives().add(new Life(chance, i % each == 0));
        }
        for (int i = 0; i < READINGS; i++) {
            fleet.lives().forEach(life -> fleet.journal().add(life.next()));
        }
        return fleet;
    }

    private void arrive(Fleet fleet, long from, long to) {
        Journal journal = fleet.journal();
        for (long first = from; first <= to; first += 300) {
            long last = Math.min(to, first + 299);
            assertEquals(new Acked(last), ingest.take(fleet.node().value(), journal.key(), journal.batch(first, last)));
        }
    }

    private static Period period(Random chance) {
        Instant from = START.plus(Duration.ofHours(chance.nextInt(70) - 5));
        Instant exact = chance.nextInt(3) == 0 ? from.plusMillis(chance.nextInt(3_600_000)) : from;
        return new Period(exact, exact.plus(Duration.ofMinutes(30L * (1 + chance.nextInt(80)))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sumsAreThoseOfTheWholeTimeline(long seedOfChance) {
        Random chance = new Random(seedOfChance);
        Fleet fleet = live(chance);
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Period shared = period(chance);
            for (Life life : fleet.lives()) {
                Period own = chance.nextBoolean() ? shared : period(chance);
                asks.add(new Ask(fleet.node(), new ContextId(life.id), own));
            }
        }

        List<Timeline> timelines = readings.timelines(asks);

        int faults = 0;
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            Timeline lean = timelines.get(i);
            Timeline whole = readings.timeline(ask.node(), ask.context(), ask.period());
            assertEquals(whole.usage(ask.period()), lean.usage(ask.period()), ask::toString);
            assertEquals(whole.faults(), lean.faults(), ask::toString);
            faults += whole.faults().size();
        }
        assertTrue(faults > 0);
    }

    /** What a fault before a period's end says of local traffic, which has no rules of its own, is not known before it came. */
    private static Usage counted(Usage usage) {
        Map<Meter, BigInteger> quantities = new EnumMap<>(usage.quantities());
        quantities.keySet().removeIf(Meter::informative);
        return new Usage(usage.period(), quantities, usage.first(), usage.last(), usage.gaps());
    }

    /** As if nothing had come after a record: what was known then. */
    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8})
    void upToARecordSumsAreThoseOfTheTimelineUpToIt(long seedOfChance) {
        Random chance = new Random(seedOfChance);
        Fleet fleet = live(chance);
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long upTo = chance.nextInt(CONTEXTS * READINGS);
            for (Life life : fleet.lives()) {
                asks.add(new Ask(fleet.node(), new ContextId(life.id), period(chance), upTo));
            }
        }

        List<Timeline> timelines = readings.timelines(asks);

        int cut = 0;
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            Timeline known = Timeline.of(readings.timeline(ask.node(), ask.context(), ask.period()).readings().stream()
                    .filter(reading -> reading.ref().seq() <= ask.upTo())
                    .toList());
            assertEquals(
                    counted(known.usage(ask.period())), counted(timelines.get(i).usage(ask.period())), ask::toString);
            boolean complete = known.watermark()
                    .filter(w -> !w.isBefore(ask.period().to()))
                    .isPresent();
            assertEquals(
                    complete,
                    timelines
                            .get(i)
                            .watermark()
                            .filter(w -> !w.isBefore(ask.period().to()))
                            .isPresent(),
                    ask::toString);
            cut += complete ? 0 : 1;
        }
        assertTrue(cut > 0);
    }

    /** Nor does a counter that goes back later, in whatever meter. */
    @ParameterizedTest
    @ValueSource(longs = {9, 10, 11})
    void whatIsCompleteStaysAsItIsWhateverComes(long seedOfChance) {
        Random chance = new Random(seedOfChance);
        Fleet fleet = notRead(chance, 1);
        int half = CONTEXTS * READINGS / 2;
        arrive(fleet, 1, half);
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fleet.lives().forEach(life -> asks.add(new Ask(fleet.node(), new ContextId(life.id), period(chance))));
        }
        List<Ask> complete = List.copyOf(readings.reached(asks));
        List<Usage> then = usages(complete);

        arrive(fleet, half + 1, CONTEXTS * READINGS);

        assertTrue(complete.size() > 100, () -> complete.size() + " are complete");
        assertEquals(then, usages(complete));
        assertEquals(
                then,
                complete.stream()
                        .map(ask -> readings.timeline(ask.node(), ask.context(), ask.period())
                                .usage(ask.period()))
                        .toList());
    }

    private List<Usage> usages(List<Ask> asks) {
        List<Timeline> timelines = readings.timelines(asks);
        List<Usage> usages = new ArrayList<>();
        for (int i = 0; i < asks.size(); i++) {
            usages.add(timelines.get(i).usage(asks.get(i).period()));
        }
        return usages;
    }

    @Test
    void aQuietMonthNeedsFourReadings() {
        NodeId node = new NodeId(seed.node());
        UUID context = UUID.randomUUID();
        Journal journal = new Journal();
        for (int hour = 0; hour < 900; hour++) {
            journal.add(
                    hour == 0 ? Kind.OPEN : Kind.SAMPLE,
                    context,
                    1,
                    START.plus(Duration.ofHours(hour)),
                    Journal.counters(hour * 7L));
        }
        ingest.take(node.value(), journal.key(), journal.all());
        Period month = new Period(START.plus(Duration.ofHours(24)), START.plus(Duration.ofHours(24 + 720)));
        Ask ask = new Ask(node, new ContextId(context), month);

        Timeline lean = readings.timelines(List.of(ask)).getFirst();

        assertEquals(4, lean.readings().size());
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM reading_edge WHERE node_id = ?", node.value()));
        assertEquals(readings.timeline(node, new ContextId(context), month).usage(month), lean.usage(month));
    }

    @Test
    void whatNobodyReadIsEmpty() {
        Ask ask = new Ask(
                new NodeId(seed.node()), new ContextId(UUID.randomUUID()), new Period(START, START.plusSeconds(60)));

        assertTrue(readings.timelines(List.of(ask)).getFirst().readings().isEmpty());
        assertEquals(List.of(), readings.timelines(List.of()));
    }
}
