package dev.berth.invoice;

import dev.berth.invoice.Earlier.Look;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Readings that came late for a period which is billed already, and in which a counter went back: the bill that would correct it
 * waits for staff, as one does in whose own time a counter went back.
 */
@ApplicationScoped
class LateFaults {
    private final Earlier earlier;
    private final Billed billed;
    private final ReadingStore readings;

    LateFaults(Earlier earlier, Billed billed, ReadingStore readings) {
        this.earlier = earlier;
        this.billed = billed;
        this.readings = readings;
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
        return timeline.faultsIn(part).stream()
                .filter(fault -> fault.at().seq() > before)
                .map(fault ->
                        "%s: reading %s came late for the bill from %s to %s, and %s: release this bill to correct that one by what was measured"
                                .formatted(
                                        one.hostname(),
                                        fault.at(),
                                        look.period().period().from(),
                                        look.period().period().to(),
                                        fault.what()))
                .limit(1);
    }
}
