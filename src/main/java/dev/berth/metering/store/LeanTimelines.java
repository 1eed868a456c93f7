package dev.berth.metering.store;

import dev.berth.metering.Counters;
import dev.berth.metering.Epoch;
import dev.berth.metering.MeterReading;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fetches of each context only the readings that a period's sums need: the two around its start, the two around its
 * end, and within it every edge with the reading before. Counters that simply went on in between sum to the same.
 *
 * <p>The four at the bounds lie close to them unless something was wrong, so many contexts are answered by one
 * statement over small windows of time; what is not there is looked for one by one.
 */
@ApplicationScoped
class LeanTimelines {
    private static final int AT_ONCE = 200;
    private static final Duration WINDOW = Duration.ofHours(2);
    private static final String COLUMNS = "node_id, context_id, seq, kind, boot_id, start_no, effective_at, cpu_usec,"
            + " memory_byte_seconds, disk_byte_seconds, net_tx_bytes, net_rx_bytes, address_seconds, uptime_seconds,"
            + " snapshot_byte_seconds, local_tx_bytes, local_rx_bytes,"
            + " cpu_credit_usec, cpu_surplus_usec";
    private static final String OF_CONTEXT = "node_id = ? AND context_id = ?";
    private static final String WITHIN = "(" + OF_CONTEXT + " AND effective_at >= ? AND effective_at < ?)";

    private final Database database;

    LeanTimelines(Database database) {
        this.database = database;
    }

    /** A context on a node. */
    private record Place(NodeId node, ContextId context) {
        static Place of(Ask ask) {
            return new Place(ask.node(), ask.context());
        }

        static Place of(Row row) {
            return new Place(new NodeId(row.uuid("node_id")), new ContextId(row.uuid("context_id")));
        }
    }

    private record Placed(Place place, MeterReading reading) {
        static Placed of(Row row) {
            Place place = Place.of(row);
            return new Placed(place, meterReading(place.node(), row));
        }
    }

    /** @param beforeAt time of the reading before it, which must be looked at, too */
    private record Edge(Place place, long seq, Instant at, long beforeSeq, Instant beforeAt, boolean faulty) {
        static Edge of(Row row) {
            return new Edge(
                    Place.of(row),
                    row.number("seq"),
                    row.instant("effective_at"),
                    row.number("before_seq"),
                    row.instant("before_at"),
                    row.flag("faulty"));
        }

        boolean wentBackBefore(Ask ask) {
            return faulty && at.isBefore(ask.period().to());
        }
    }

    /** An ask before whose end a counter of the context went back is left out: it needs every reading up to there. */
    Map<Ask, Timeline> timelines(List<Ask> asks) {
        Map<Ask, Timeline> timelines = new HashMap<>();
        asks.stream().distinct().collect(Collectors.groupingBy(Ask::upTo)).forEach((_, some) -> {
            for (int from = 0; from < some.size(); from += AT_ONCE) {
                chunk(some.subList(from, Math.min(some.size(), from + AT_ONCE)), timelines);
            }
        });
        return timelines;
    }

    /** @param some all of which look equally far */
    private void chunk(List<Ask> some, Map<Ask, Timeline> timelines) {
        Map<Place, List<Edge>> edges = edges(some);
        List<Ask> asks = some.stream()
                .filter(ask -> of(edges, ask).stream().noneMatch(edge -> edge.wentBackBefore(ask)))
                .toList();
        Map<Place, NavigableMap<Long, MeterReading>> found = new HashMap<>();
        asks.forEach(ask -> found.put(Place.of(ask), new TreeMap<>()));
        long upTo = some.getFirst().upTo();
        windows(asks).stream().filter(p -> p.reading().ref().seq() <= upTo).forEach(p -> add(found, p));
        List<Beyond> beyond = new ArrayList<>();
        for (Ask ask : asks) {
            beyond.addAll(around(ask, ask.period().from(), readings(found, ask)));
            beyond.addAll(around(ask, ask.period().to(), readings(found, ask)));
        }
        nearest(beyond).forEach(p -> add(found, p));
        missing(asks.stream().flatMap(ask -> of(edges, ask).stream()).toList(), found)
                .forEach(p -> add(found, p));
        asks.forEach(ask -> timelines.put(ask, timeline(ask, readings(found, ask), of(edges, ask))));
    }

    private static List<Edge> of(Map<Place, List<Edge>> edges, Ask ask) {
        return edges.getOrDefault(Place.of(ask), List.of());
    }

    private static NavigableMap<Long, MeterReading> readings(
            Map<Place, NavigableMap<Long, MeterReading>> found, Ask ask) {
        return found.computeIfAbsent(Place.of(ask), _ -> new TreeMap<>());
    }

    private static void add(Map<Place, NavigableMap<Long, MeterReading>> found, Placed placed) {
        found.computeIfAbsent(placed.place(), _ -> new TreeMap<>())
                .put(placed.reading().ref().seq(), placed.reading());
    }

    private List<Placed> windows(List<Ask> asks) {
        return asks.isEmpty() ? List.of() : database.list(windowsSql(asks.size()), Placed::of, windowsValues(asks));
    }

    static String windowsSql(int asks) {
        return "SELECT " + COLUMNS + " FROM reading FORCE INDEX (ix_reading_time) WHERE " + either(WITHIN, 2 * asks);
    }

    static Object[] windowsValues(List<Ask> asks) {
        List<Object> values = new ArrayList<>();
        for (Ask ask : asks) {
            for (Instant bound : List.of(ask.period().from(), ask.period().to())) {
                values.addAll(
                        List.of(ask.node().value(), ask.context().value(), bound.minus(WINDOW), bound.plus(WINDOW)));
            }
        }
        return values.toArray();
    }

    /** What no window showed: the last reading before a bound, or the first one at or after it. */
    private record Beyond(Ask ask, Instant bound, boolean before) {
        String sql() {
            String which = before
                    ? " AND effective_at < ? ORDER BY effective_at DESC, seq DESC"
                    : " AND effective_at >= ? ORDER BY effective_at, seq";
            return "(SELECT " + COLUMNS + " FROM reading WHERE " + OF_CONTEXT + " AND seq <= ?" + which + " LIMIT 1)";
        }
    }

    private static List<Beyond> around(Ask ask, Instant bound, NavigableMap<Long, MeterReading> readings) {
        Instant from = bound.minus(WINDOW);
        Instant to = bound.plus(WINDOW);
        boolean before = readings.values().stream().anyMatch(r -> r.at().isBefore(bound) && !r.at().isBefore(from));
        boolean after = readings.values().stream().anyMatch(r -> !r.at().isBefore(bound) && r.at().isBefore(to));
        List<Beyond> beyond = new ArrayList<>();
        if (!before) {
            beyond.add(new Beyond(ask, bound, true));
        }
        if (!after) {
            beyond.add(new Beyond(ask, bound, false));
        }
        return beyond;
    }

    private List<Placed> nearest(List<Beyond> beyond) {
        List<Placed> found = new ArrayList<>();
        for (int from = 0; from < beyond.size(); from += AT_ONCE) {
            List<Beyond> some = beyond.subList(from, Math.min(beyond.size(), from + AT_ONCE));
            List<Object> values = new ArrayList<>();
            some.forEach(b -> values.addAll(List.of(
                    b.ask().node().value(), b.ask().context().value(), b.ask().upTo(), b.bound())));
            found.addAll(database.list(
                    some.stream().map(Beyond::sql).collect(Collectors.joining(" UNION ALL ")),
                    Placed::of,
                    values.toArray()));
        }
        return found;
    }

    private Map<Place, List<Edge>> edges(List<Ask> asks) {
        List<Object> values = new ArrayList<>();
        for (Ask ask : asks) {
            values.addAll(List.of(
                    ask.node().value(),
                    ask.context().value(),
                    ask.period().to(),
                    ask.period().from()));
        }
        String wanted = "(" + OF_CONTEXT + " AND effective_at < ? AND (faulty OR effective_at >= ?))";
        return database
                .list(
                        "SELECT node_id, context_id, seq, effective_at, before_seq, before_at, faulty FROM reading_edge"
                                + " WHERE " + either(wanted, asks.size()),
                        Edge::of,
                        values.toArray())
                .stream()
                .filter(edge -> edge.seq() <= asks.getFirst().upTo())
                .collect(Collectors.groupingBy(Edge::place));
    }

    private List<Placed> missing(List<Edge> edges, Map<Place, NavigableMap<Long, MeterReading>> found) {
        Map<ReadingRef, Instant> wanted = new HashMap<>();
        for (Edge edge : edges) {
            NodeId node = edge.place().node();
            wanted.put(new ReadingRef(node, edge.seq()), edge.at());
            wanted.put(new ReadingRef(node, edge.beforeSeq()), edge.beforeAt());
        }
        found.values().forEach(r -> r.values().forEach(reading -> wanted.remove(reading.ref())));
        List<Placed> rows = new ArrayList<>();
        List<Map.Entry<ReadingRef, Instant>> all = List.copyOf(wanted.entrySet());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Object> values = new ArrayList<>();
            List<Map.Entry<ReadingRef, Instant>> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            some.forEach(e ->
                    values.addAll(List.of(e.getKey().node().value(), e.getKey().seq(), e.getValue())));
            rows.addAll(database.list(
                    "SELECT " + COLUMNS + " FROM reading WHERE "
                            + either("(node_id = ? AND seq = ? AND effective_at = ?)", some.size()),
                    Placed::of,
                    values.toArray()));
        }
        return rows;
    }

    private static Timeline timeline(Ask ask, NavigableMap<Long, MeterReading> readings, List<Edge> edges) {
        Optional<MeterReading> start = last(readings, ask.period().from());
        Optional<MeterReading> end = first(readings, ask.period().to());
        Set<Long> needed = new HashSet<>();
        edges.forEach(e -> needed.addAll(List.of(e.seq(), e.beforeSeq())));
        start.ifPresent(r -> needed.add(r.ref().seq()));
        first(readings, ask.period().from()).ifPresent(r -> needed.add(r.ref().seq()));
        last(readings, ask.period().to()).ifPresent(r -> needed.add(r.ref().seq()));
        end.ifPresent(r -> needed.add(r.ref().seq()));
        long from = start.map(r -> r.ref().seq()).orElse(0L);
        long to = end.map(r -> r.ref().seq()).orElse(Long.MAX_VALUE);
        return Timeline.of(readings.subMap(from, true, to, true).values().stream()
                .filter(r -> needed.contains(r.ref().seq()))
                .toList());
    }

    private static Optional<MeterReading> last(NavigableMap<Long, MeterReading> readings, Instant before) {
        return readings.descendingMap().values().stream()
                .filter(r -> r.at().isBefore(before))
                .findFirst();
    }

    private static Optional<MeterReading> first(NavigableMap<Long, MeterReading> readings, Instant notBefore) {
        return readings.values().stream()
                .filter(r -> !r.at().isBefore(notBefore))
                .findFirst();
    }

    private static String either(String condition, int count) {
        return String.join(" OR ", Collections.nCopies(count, condition));
    }

    private static MeterReading meterReading(NodeId node, Row row) {
        return new MeterReading(
                new ReadingRef(node, row.number("seq")),
                row.constant("kind", MeterReading.Kind.class),
                new Epoch(row.uuid("boot_id"), row.number("start_no")),
                row.instant("effective_at"),
                new Counters(
                        BigInteger.valueOf(row.number("cpu_usec")),
                        row.decimal("memory_byte_seconds").toBigIntegerExact(),
                        row.decimal("disk_byte_seconds").toBigIntegerExact(),
                        BigInteger.valueOf(row.number("net_tx_bytes")),
                        BigInteger.valueOf(row.number("net_rx_bytes")),
                        BigInteger.valueOf(row.number("address_seconds")),
                        BigInteger.valueOf(row.number("uptime_seconds")),
                        row.optionalDecimal("snapshot_byte_seconds")
                                .map(BigDecimal::toBigIntegerExact)
                                .orElse(BigInteger.ZERO),
                        BigInteger.valueOf(row.optionalNumber("local_tx_bytes").orElse(0L)),
                        BigInteger.valueOf(row.optionalNumber("local_rx_bytes").orElse(0L)),
                        BigInteger.valueOf(row.optionalNumber("cpu_credit_usec").orElse(0L)),
                        BigInteger.valueOf(
                                row.optionalNumber("cpu_surplus_usec").orElse(0L))));
    }
}
