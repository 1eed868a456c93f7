package dev.berth.invoice;

import dev.berth.invoice.Horizon.Place;
import dev.berth.invoice.Horizon.Seen;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.ContextId;
import dev.berth.units.InvoiceId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was known when bills were computed, and which closed periods readings came late for. */
@ApplicationScoped
class HorizonStore {
    private static final String PLACE = "h.vps_id, h.node_id";

    private final Database database;
    private final ReadingStore readings;
    private final Billed billed;

    HorizonStore(Database database, ReadingStore readings, Billed billed) {
        this.database = database;
        this.readings = readings;
        this.billed = billed;
    }

    /**
     * What is known now, by one statement. A timeline is read by several, and readings may come between two of them: where the gate has
     * not seen that all is there, it must be told where to end.
     */
    Horizon now(AccountId account, Period period) {
        List<Place> places = billed.of(account, period).stream()
                .flatMap(one -> one.nodes().stream().map(node -> new Place(one.vpsId(), node)))
                .distinct()
                .toList();
        List<UUID> nodes =
                places.stream().map(place -> place.node().value()).distinct().toList();
        if (nodes.isEmpty()) {
            return Horizon.NOW;
        }
        Map<UUID, Long> last = new HashMap<>();
        database.list(
                        "SELECT node_id, acked_seq FROM node_journal WHERE node_id IN ("
                                + String.join(", ", Collections.nCopies(nodes.size(), "?")) + ")",
                        row -> Map.entry(row.uuid("node_id"), row.number("acked_seq")),
                        nodes.toArray())
                .forEach(node -> last.put(node.getKey(), node.getValue()));
        Map<Place, Long> known = new HashMap<>();
        places.forEach(place -> known.put(place, last.getOrDefault(place.node().value(), 0L)));
        return new Horizon(known);
    }

    private record Known(UUID period, Place place, Seen seen) {
        static Known of(Row row) {
            return new Known(
                    row.uuid("of_period"),
                    new Place(row.uuid("vps_id"), new NodeId(row.uuid("node_id"))),
                    new Seen(row.number("seq"), row.flag("complete")));
        }
    }

    /** @param seen of a closed period's own time what was not complete; of an earlier period's time what it is corrected by */
    void keep(InvoiceId period, InvoiceId of, Map<Place, Seen> seen) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        seen.forEach((place, how) -> {
            if (!period.equals(of) || !how.complete()) {
                rows.add(new @Nullable Object[] {
                    period.value(), of.value(), place.vps(), place.node().value(), how.seq(), how.complete()
                });
            }
        });
        database.updateAll(
                "INSERT INTO period_horizon (period_id, of_period, vps_id, node_id, seq, complete)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                rows);
    }

    /** What a closed period's bill was computed with: of its own time, and of each earlier period that it corrects. */
    Map<UUID, Horizon> of(DuePeriod closed) {
        return horizons(database.list(
                "SELECT h.of_period, " + PLACE + ", h.seq, h.complete FROM period_horizon h WHERE h.period_id = ?",
                Known::of,
                closed.id().value()));
    }

    /** How far the time of an earlier period had been looked at before this period's bill was computed. */
    Horizon before(DuePeriod due, InvoiceId earlier) {
        return horizons(database.list(
                        "SELECT h.of_period, " + PLACE + ", MAX(h.seq) AS seq, MAX(h.complete) AS complete"
                                + " FROM period_horizon h JOIN billing_period p ON p.id = h.period_id"
                                + " WHERE h.of_period = ? AND p.period_from < ? GROUP BY h.of_period, " + PLACE,
                        Known::of,
                        earlier.value(),
                        due.period().from()))
                .getOrDefault(earlier.value(), Horizon.NOW);
    }

    /** What was known all along needs no row. */
    static Map<Place, Seen> only(Map<Place, Seen> seen, Horizon before) {
        Map<Place, Seen> some = new HashMap<>(seen);
        some.keySet().retainAll(before.known().keySet());
        return some;
    }

    private static Map<UUID, Horizon> horizons(List<Known> rows) {
        Map<UUID, Map<Place, Long>> seqs = new HashMap<>();
        rows.forEach(row -> seqs.computeIfAbsent(row.period(), _ -> new HashMap<>())
                .put(row.place(), row.seen().seq()));
        Map<UUID, Horizon> horizons = new HashMap<>();
        seqs.forEach((of, known) -> horizons.put(of, new Horizon(known)));
        return horizons;
    }

    /**
     * Closed periods of the account before this one that ended since, and for whose time readings have come that no bill has looked
     * at, and that staff were not told to settle. One statement for an account for which nothing was ever late.
     */
    List<UUID> late(DuePeriod due, Instant since) {
        return database
                .list(
                        "SELECT h.of_period, " + PLACE + ", MAX(h.seq) AS seq, MAX(h.complete) AS complete"
                                + " FROM billing_period q JOIN period_horizon h ON h.of_period = q.id"
                                + " JOIN billing_period p ON p.id = h.period_id WHERE q.account_id = ?"
                                + " AND q.period_from < ? AND q.period_to > ? AND p.period_from < ?"
                                + " AND NOT EXISTS (SELECT 1 FROM late_readings_told t WHERE t.of_period = h.of_period"
                                + " AND t.vps_id = h.vps_id AND t.node_id = h.node_id)"
                                + " GROUP BY h.of_period, " + PLACE + ", q.period_from HAVING MAX(h.complete) = 0"
                                + " ORDER BY q.period_from",
                        Known::of,
                        due.account().value(),
                        due.period().from(),
                        since,
                        due.period().from())
                .stream()
                .filter(known -> come(known.place()) > known.seen().seq())
                .map(Known::period)
                .distinct()
                .toList();
    }

    /** Where staff were told that no bill corrects a period: none does from then on. */
    Set<Place> told(InvoiceId of) {
        return Set.copyOf(database.list(
                "SELECT vps_id, node_id FROM late_readings_told WHERE of_period = ?",
                row -> new Place(row.uuid("vps_id"), new NodeId(row.uuid("node_id"))),
                of.value()));
    }

    private long come(Place place) {
        return readings.newest(place.node(), new ContextId(place.vps()))
                .map(newest -> newest.ref().seq())
                .orElse(0L);
    }
}
