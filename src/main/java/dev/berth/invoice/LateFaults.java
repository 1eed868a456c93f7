package dev.berth.invoice;

import dev.berth.invoice.Earlier.Look;
import dev.berth.metering.GapPolicy;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Readings that came late for a period which is billed already, and in which a counter went back, or some are missing where that is asked about: the
 * bill that would correct it waits for staff, as one does in whose own time that is so.
 */
@ApplicationScoped
class LateFaults {
    private final Earlier earlier;
    private final Billed billed;
    private final ReadingStore readings;
    private final GapPolicy gapPolicy;

    LateFaults(
            Earlier earlier,
            Billed billed,
            ReadingStore readings,
            @ConfigProperty(name = "berth.metering.gap-policy") GapPolicy gapPolicy) {
        this.earlier = earlier;
        this.billed = billed;
        this.readings = readings;
        this.gapPolicy = gapPolicy;
    }

    /** @param due a period that is not closed */
    Stream<String> reasons(DuePeriod due) {
        return earlier.looks(due, Map.of()).stream().flatMap(look -> reasons(due, look));
    }

    private Stream<String> reasons(DuePeriod due, Look look) {
        Period then = look.period().period();
        return billed.of(due.account(), then).stream()
                .flatMap(one -> one.within(then).stream()
                        .flatMap(part -> one.nodes().stream().flatMap(node -> reasons(look, one, part, node))));
    }

    /** What was looked at the last time was asked about then. */
    private Stream<String> reasons(Look look, Subscribed one, Period part, NodeId node) {
        long before = look.before().of(one.vpsId(), node);
        long now = look.now().of(one.vpsId(), node);
        if (now <= before) {
            return Stream.empty();
        }
        Timeline timeline = readings.timelines(List.of(new Ask(node, one.context(), part, now)))
                .getFirst();
        return Stream.concat(wentBack(timeline, part), missing(timeline, part))
                .filter(odd -> odd.at().seq() > before)
                .map(odd ->
                        "%s: reading %s came late for the bill from %s to %s, and %s: release this bill to correct that one by what was measured"
                                .formatted(
                                        one.hostname(),
                                        odd.at(),
                                        look.period().period().from(),
                                        look.period().period().to(),
                                        odd.what()))
                .limit(1);
    }

    /** @param what is asked about it */
    private record Odd(ReadingRef at, String what) {}

    private static Stream<Odd> wentBack(Timeline timeline, Period part) {
        return timeline.faultsIn(part).stream().map(fault -> new Odd(fault.at(), fault.what()));
    }

    private Stream<Odd> missing(Timeline timeline, Period part) {
        return switch (gapPolicy) {
            case NOTHING -> Stream.empty();
            case ASK -> timeline.usage(part).gaps().stream().map(gap -> new Odd(gap, "readings are missing before it"));
        };
    }
}
