package dev.berth.invoice;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.GapPolicy;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Memo;
import dev.berth.reconcile.Findings;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final PeriodStore periods;
    private final ReadingStore readings;
    private final LateFaults late;
    private final Findings findings;
    private final InstantSource clock;
    private final GapPolicy gapPolicy;

    Gate(
            Billed billed,
            PeriodStore periods,
            ReadingStore readings,
            LateFaults late,
            Findings findings,
            InstantSource clock,
            @ConfigProperty(name = "berth.metering.gap-policy") GapPolicy gapPolicy) {
        this.billed = billed;
        this.periods = periods;
        this.readings = readings;
        this.late = late;
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
        List<Part> parts = subscribed.stream()
                .flatMap(one -> one.within(due.period()).stream().map(part -> new Part(one, part)))
                .toList();
        Set<Part> waiting = new HashSet<>();
        // all is there before any of it is read: readings that come in between would be there in part only
        Stream<String> missing = Stream.concat(
                Stream.of(parts).flatMap(all -> missing(all, waiting)),
                Stream.of(parts).flatMap(all -> faults(all, waiting)));
        // who pays for another's VPS waits for what is found of its owner, too
        Stream<String> found = Stream.concat(
                        Stream.of(due.account()), subscribed.stream().map(Subscribed::account))
                .distinct()
                .flatMap(account -> findings.holding(account, due.period().to()).stream());
        Stream<String> unopened = Stream.of(parts).flatMap(all -> unopened(due, all));
        Stream<String> late = Stream.of(due).flatMap(this.late::reasons);
        return Stream.of(unopened, missing, late, found).flatMap(some -> some);
    }

    /** Whether a customer's time is the reseller's to bill is known when the customer's own period of it is there. */
    private Stream<String> unopened(DuePeriod due, List<Part> parts) {
        List<Part> resold = parts.stream()
                .filter(part -> !part.one().account().equals(due.account()))
                .toList();
        Map<AccountId, Instant> opened =
                periods.opened(resold.stream().map(part -> part.one().account()).collect(Collectors.toSet()));
        return resold.stream()
                .filter(part -> opened.getOrDefault(part.one().account(), Instant.MIN)
                        .isBefore(part.period().to()))
                .map(part -> "%s: its owner has no billing period yet up to %s"
                        .formatted(part.one().hostname(), part.period().to()));
    }

    /** A subscription in its part of the period. */
    private record Part(Subscribed one, Period period) {
        Ask ask() {
            return new Ask(one.node(), one.context(), period);
        }
    }

    /** @param waiting is filled with those that something is missing of */
    private Stream<String> missing(List<Part> parts, Set<Part> waiting) {
        Set<Ask> reached = readings.reached(parts.stream().map(Part::ask).toList());
        return parts.stream().flatMap(part -> {
            Optional<String> missing = missing(part.one(), part.period(), reached.contains(part.ask()));
            missing.ifPresent(_ -> waiting.add(part));
            return missing.stream();
        });
    }

    private Stream<String> faults(List<Part> parts, Set<Part> waiting) {
        List<Part> there =
                parts.stream().filter(part -> !waiting.contains(part)).toList();
        readTogether(there);
        return there.stream().flatMap(part -> fault(part.one(), part.period()).stream());
    }

    /** So that each of them is not asked for alone, neither here nor by the draft. */
    private void readTogether(List<Part> parts) {
        Memo.of(ReadingStore.class)
                .ifPresent(_ -> readings.timelines(parts.stream()
                        .limit(MOST_TOGETHER)
                        .flatMap(part -> asks(part.one(), part.period()).stream())
                        .toList()));
    }

    private static List<Ask> asks(Subscribed one, Period part) {
        return one.nodes().stream()
                .map(node -> new Ask(node, one.context(), part))
                .toList();
    }

    /** @param reached whether there is a reading at or after its end */
    private Optional<String> missing(Subscribed one, Period part, boolean reached) {
        Optional<String> underway = one.former().stream()
                .filter(stay -> !left(one, stay))
                .findFirst()
                .map(stay -> "%s: the last reading of node %s, which it has left, is missing"
                        .formatted(one.hostname(), stay.node()));
        if (underway.isPresent()) {
            return underway;
        }
        if (reached) {
            return Optional.empty();
        }
        Optional<StoredReading> newest = readings.newest(one.node(), one.context());
        if (!ended(one, newest)) {
            String upTo =
                    newest.map(r -> "readings only up to " + r.effectiveAt()).orElse("no reading yet");
            return Optional.of("%s: %s, needed up to %s".formatted(one.hostname(), upTo, part.to()));
        }
        return Optional.empty();
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
                .flatMap(timeline -> timeline.faultsIn(part).stream())
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
}
