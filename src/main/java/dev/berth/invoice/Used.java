package dev.berth.invoice;

import dev.berth.invoice.Horizon.Place;
import dev.berth.invoice.Horizon.Seen;
import dev.berth.metering.Timeline;
import dev.berth.metering.Usage;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What subscriptions used, from readings. Writes nothing. */
@ApplicationScoped
class Used {
    private final ReadingStore readings;

    Used(ReadingStore readings) {
        this.readings = readings;
    }

    /** How far readings are to be looked at, and how far they were. */
    record Looked(Horizon horizon, Map<Place, Seen> seen) {
        static Looked to(Horizon horizon) {
            return new Looked(horizon, new LinkedHashMap<>());
        }

        static Looked now() {
            return to(Horizon.NOW);
        }

        private void at(Place place, Timeline timeline, Period part) {
            long seq = timeline.readings().isEmpty()
                    ? 0
                    : timeline.readings().getLast().ref().seq();
            boolean complete = timeline.watermark()
                    .filter(until -> !until.isBefore(part.to()))
                    .isPresent();
            seen.merge(place, new Seen(seq, complete), Seen::with);
        }
    }

    /** On each of its nodes: each has a journal of its own, and no step leads from one to the next. */
    List<Usage> byNode(Subscribed one, Period part, Looked looked) {
        List<Ask> asks = one.nodes().stream()
                .map(node -> new Ask(node, one.context(), part, looked.horizon().of(one.vpsId(), node)))
                .toList();
        List<Timeline> timelines = readings.timelines(asks);
        for (int i = 0; i < asks.size(); i++) {
            looked.at(new Place(one.vpsId(), asks.get(i).node()), timelines.get(i), part);
        }
        return timelines.stream()
                .map(timeline -> timeline.usage(part))
                .filter(usage -> usage.first().isPresent())
                .toList();
    }
}
