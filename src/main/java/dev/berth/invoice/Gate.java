package dev.berth.invoice;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.GapPolicy;
import dev.berth.metering.MeasuredStep;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Memo;
import dev.berth.reconcile.Findings;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Whether everything that a period's bill rests on is there and sound. What is not parks the account's bill, only it. */
@ApplicationScoped
class Gate {
    /** So long after a deletion a node has sent what there was. */
    private static final Duration SETTLED = Duration.ofMinutes(10);

    /** Of how many subscriptions readings are fetched and kept at once. */
    private static final int MOST_TOGETHER = 500;

    private final Billed billed;
    private final ReadingStore readings;
    private final Findings findings;
    private final InstantSource clock;
    private final GapPolicy gapPolicy;

    Gate(
            Billed billed,
            ReadingStore readings,
            Findings findings,
            InstantSource clock,
            @ConfigProperty(name = "berth.metering.gap-policy") GapPolicy gapPolicy) {
        this.billed = billed;
        this.readings = readings;
        this.findings = findings;
        this.clock = clock;
        this.gapPolicy = gapPolicy;
    }

    /** The first reason why the period cannot be closed. */
    Optional<String> closedBecause(DuePeriod due) {
        return reasons(due).findFirst();
    }

    /** Every reason there is now, one for each VPS. */
    List<String> allReasons(DuePeriod due) {
        return reasons(due).toList();
    }

    private Stream<String> reasons(DuePeriod due) {
        List<Subscribed> subscribed = billed.of(due.account(), due.period());
        readTogether(subscribed, due.period());
        Stream<String> missing = subscribed.stream()
                .map(one -> one.within(due.period()).flatMap(part -> missing(one, part)))
                .flatMap(Optional::stream);
        // who pays for another's VPS waits for what is found of its owner, too
        Stream<String> found = Stream.concat(
                        Stream.of(due.account()), subscribed.stream().map(Subscribed::account))
                .distinct()
                .flatMap(account -> findings.holding(account, due.period().to()).stream());
        return Stream.concat(missing, found);
    }

    /** So that each of them is not asked for alone, neither here nor by the draft. */
    private void readTogether(List<Subscribed> subscribed, Period period) {
        Memo.of(ReadingStore.class)
                .ifPresent(_ -> readings.timelines(subscribed.stream()
                        .limit(MOST_TOGETHER)
                        .flatMap(one -> one.within(period).stream().flatMap(part -> asks(one, part).stream()))
                        .toList()));
    }

    private static List<Ask> asks(Subscribed one, Period part) {
        return one.nodes().stream()
                .map(node -> new Ask(node, one.context(), part))
                .toList();
    }

    private Optional<String> missing(Subscribed one, Period part) {
        Optional<String> underway = one.former().stream()
                .filter(stay -> !left(one, stay))
                .findFirst()
                .map(stay -> "%s: the last reading of node %s, which it has left, is missing"
                        .formatted(one.hostname(), stay.node()));
        if (underway.isPresent()) {
            return underway;
        }
        if (passed(one, part)) {
            return fault(one, part);
        }
        Optional<StoredReading> newest = readings.newest(one.node(), one.context());
        if (!ended(one, newest)) {
            String upTo =
                    newest.map(r -> "readings only up to " + r.effectiveAt()).orElse("no reading yet");
            return Optional.of("%s: %s, needed up to %s".formatted(one.hostname(), upTo, part.to()));
        }
        return fault(one, part);
    }

    /** A timeline goes on to the first reading after what was asked for, where there is one. */
    private boolean passed(Subscribed one, Period part) {
        return readings.timelines(List.of(new Ask(one.node(), one.context(), part)))
                .getFirst()
                .watermark()
                .filter(at -> !at.isBefore(part.to()))
                .isPresent();
    }

    /** Nothing more will come of a context that is gone, once its last record or enough time has come. */
    private boolean ended(Subscribed one, Optional<StoredReading> newest) {
        if (!one.gone()) {
            return false;
        }
        boolean closed = newest.isEmpty() || isLast(newest.get(), one);
        Instant settled = clock.instant().minus(SETTLED);
        return closed || one.deletedAt().filter(d -> d.isBefore(settled)).isPresent();
    }

    /** A node that lost a context before it was read a last time keeps the bill waiting until staff release it. */
    private boolean left(Subscribed one, Subscribed.Stay stay) {
        return readings.newest(stay.node(), one.context())
                .filter(newest -> newest.reading().generation() >= stay.generation())
                .isPresent();
    }

    /** A stop closes, too; only the last record of all was taken under the tombstone. */
    private static boolean isLast(StoredReading newest, Subscribed one) {
        return newest.reading().kind() == Kind.CLOSE && newest.reading().generation() >= one.generation();
    }

    private Optional<String> fault(Subscribed one, Period part) {
        List<Timeline> timelines = readings.timelines(asks(one, part));
        return timelines.stream()
                .flatMap(timeline -> timeline.faults().stream()
                        .filter(f -> timeline.steps().stream().anyMatch(s -> isAt(s, f) && s.touches(part))))
                .findFirst()
                .map(f -> "%s: reading %s: %s".formatted(one.hostname(), f.at(), f.what()))
                .or(() -> gap(timelines, one, part));
    }

    private Optional<String> gap(List<Timeline> timelines, Subscribed one, Period part) {
        return switch (gapPolicy) {
            case NOTHING -> Optional.empty();
            case ASK ->
                timelines.stream()
                        .flatMap(timeline -> timeline.usage(part).gaps().stream())
                        .findFirst()
                        .map(gap -> "%s: readings are missing before %s: release it to charge what was measured"
                                .formatted(one.hostname(), gap));
        };
    }

    private static boolean isAt(MeasuredStep step, Timeline.Fault fault) {
        return step.last().ref().equals(fault.at());
    }
}
