package dev.berth.invoice;

import dev.berth.metering.store.Finding;
import dev.berth.metering.store.Findings;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tells staff of readings that came after a bill was closed and that no bill corrects it by: what is late is never just dropped. */
@ApplicationScoped
class LateReadings {
    /** Places looked at in one go; the next one goes on where nothing is told of those any more. */
    private static final int AT_ONCE = 10_000;

    private final Database database;
    private final Transactions transactions;
    private final ReadingStore readings;
    private final Findings findings;
    private final InstantSource clock;
    private final CorrectionReach reach;

    LateReadings(
            Database database,
            Transactions transactions,
            ReadingStore readings,
            Findings findings,
            InstantSource clock,
            CorrectionReach reach) {
        this.database = database;
        this.transactions = transactions;
        this.readings = readings;
        this.findings = findings;
        this.clock = clock;
        this.reach = reach;
    }

    /**
     * @param seq the newest reading that a bill looked at
     * @param told the newest one that staff were told of; 0 for none
     */
    private record Incomplete(Place place, String hostname, Period period, long seq, long told) {
        static Incomplete of(Row row) {
            return new Incomplete(
                    new Place(row.uuid("of_period"), row.uuid("vps_id"), row.uuid("node_id")),
                    row.text("hostname"),
                    new Period(row.instant("period_from"), row.instant("period_to")),
                    row.number("seq"),
                    row.number("told"));
        }
    }

    private record Place(UUID period, UUID vps, UUID node) {
        ContextId context() {
            return new ContextId(vps);
        }
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.metering.late-every}",
            delayed = "10m",
            identity = "late-readings",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        tell();
    }

    /** @return how many VPS, nodes and periods were told of */
    int tell() {
        int told = 0;
        for (Incomplete one : incomplete()) {
            if (come(one).isPresent()) {
                told += transactions.run(() -> tell(one));
            }
        }
        return told;
    }

    private Optional<StoredReading> come(Incomplete one) {
        return readings.newest(new NodeId(one.place().node()), one.place().context())
                .filter(newest -> newest.ref().seq() > Math.max(one.seq(), one.told()));
    }

    /** A finding has room for some; the others are told when staff have looked at those. */
    private int tell(Incomplete one) {
        Place place = one.place();
        // two replicas would each leave out what the other says
        database.number("SELECT 1 AS n FROM node WHERE id = ? FOR UPDATE", place.node());
        Optional<StoredReading> come = come(one).filter(newest -> !toldOf(place, newest));
        if (come.isEmpty()) {
            return 0;
        }
        boolean wentBack = wentBack(one);
        List<String> all = new ArrayList<>(open(place));
        all.add(said(one.hostname(), one.period(), wentBack));
        String said =
                "readings came after bills were closed, and no later bill corrects them: " + String.join("; ", all);
        if (said.length() > Findings.LONGEST) {
            return 0;
        }
        findings.seen(place.node(), Finding.Kind.LATE_READINGS, said);
        database.update(
                "INSERT INTO late_readings_told (of_period, vps_id, node_id, told_at, seq, went_back)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE told_at = VALUES(told_at), seq = VALUES(seq),"
                        + " went_back = VALUES(went_back)",
                place.period(),
                place.vps(),
                place.node(),
                clock.instant(),
                come.filter(newest -> newest.effectiveAt().isBefore(one.period().to()))
                        .map(newest -> newest.ref().seq())
                        .orElse(Long.MAX_VALUE),
                wentBack);
        return 1;
    }

    private boolean toldOf(Place place, StoredReading newest) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM late_readings_told WHERE of_period = ? AND vps_id = ? AND node_id = ?"
                                + " AND seq >= ?",
                        place.period(),
                        place.vps(),
                        place.node(),
                        newest.ref().seq())
                > 0;
    }

    private boolean wentBack(Incomplete one) {
        Ask ask = new Ask(new NodeId(one.place().node()), one.place().context(), one.period());
        return readings.timelines(List.of(ask)).getFirst().faultsIn(one.period()).stream()
                .anyMatch(fault -> fault.at().seq() > one.seq());
    }

    /** What else the node's finding that is open says. */
    private List<String> open(Place place) {
        return database.list(
                "SELECT v.hostname, q.period_from, q.period_to, t.went_back FROM metering_finding f"
                        + " JOIN late_readings_told t ON t.node_id = f.node_id AND t.told_at >= f.first_seen_at"
                        + " JOIN billing_period q ON q.id = t.of_period JOIN vps v ON v.id = t.vps_id"
                        + " WHERE f.node_id = ? AND f.open_kind = ? AND NOT (t.of_period = ? AND t.vps_id = ?)"
                        + " ORDER BY t.told_at, v.hostname",
                row -> said(
                        row.text("hostname"),
                        new Period(row.instant("period_from"), row.instant("period_to")),
                        row.flag("went_back")),
                place.node(),
                Finding.Kind.LATE_READINGS,
                place.period(),
                place.vps());
    }

    private static String said(String hostname, Period period, boolean wentBack) {
        return "%s from %s to %s%s"
                .formatted(hostname, period.from(), period.to(), wentBack ? ", in which a counter went back" : "");
    }

    /**
     * Of closed periods that no period which is still open can correct: it is too late, or the bills of that one are another's, or staff were told of
     * some of it before.
     */
    private List<Incomplete> incomplete() {
        return database.list(
                "SELECT h.of_period, h.vps_id, h.node_id, v.hostname, q.period_from, q.period_to,"
                        + " MAX(h.seq) AS seq, COALESCE(MAX(t.seq), 0) AS told"
                        + " FROM period_horizon h JOIN billing_period q ON q.id = h.of_period JOIN vps v ON v.id = h.vps_id"
                        + " JOIN account a ON a.id = q.account_id"
                        + " LEFT JOIN wholesale_terms w ON w.reseller_id = a.reseller_id"
                        + " LEFT JOIN late_readings_told t ON t.of_period = h.of_period AND t.vps_id = h.vps_id"
                        + " AND t.node_id = h.node_id WHERE COALESCE(t.seq, 0) < ? AND (t.seq IS NOT NULL OR NOT EXISTS"
                        + " (SELECT 1 FROM billing_period p WHERE p.account_id = q.account_id AND p.closed_at IS NULL"
                        + " AND p.period_from >= q.period_to"
                        + " AND q.period_to > TIMESTAMPADD(DAY, ?, TIMESTAMPADD(MONTH, ?, p.period_from))"
                        + " AND COALESCE(w.begins_at <= p.period_from, FALSE) = COALESCE(w.begins_at <= q.period_from, FALSE)))"
                        + " GROUP BY h.of_period, h.vps_id, h.node_id HAVING MAX(h.complete) = 0"
                        + " ORDER BY q.period_to LIMIT " + AT_ONCE,
                Incomplete::of,
                Long.MAX_VALUE,
                -reach.days(),
                -reach.months());
    }
}
