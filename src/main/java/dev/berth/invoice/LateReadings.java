package dev.berth.invoice;

import dev.berth.metering.store.Finding;
import dev.berth.metering.store.Findings;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

    private record Incomplete(UUID period, UUID vps, UUID node, String hostname, Instant from, Instant to, long seq) {
        static Incomplete of(Row row) {
            return new Incomplete(
                    row.uuid("of_period"),
                    row.uuid("vps_id"),
                    row.uuid("node_id"),
                    row.text("hostname"),
                    row.instant("period_from"),
                    row.instant("period_to"),
                    row.number("seq"));
        }

        String said() {
            return "readings of %s for its bill from %s to %s came after it was closed, and no later bill corrects it"
                    .formatted(hostname, from, to);
        }
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "1h",
            delayed = "10m",
            identity = "late-readings",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        tell();
    }

    /** @return how many VPS, nodes and periods were told of for the first time */
    int tell() {
        int told = 0;
        for (Incomplete one : incomplete()) {
            boolean came = readings.newest(new NodeId(one.node()), new ContextId(one.vps()))
                    .filter(newest -> newest.ref().seq() > one.seq())
                    .isPresent();
            if (came) {
                told += transactions.run(() -> tell(one));
            }
        }
        return told;
    }

    private int tell(Incomplete one) {
        int first = database.update(
                "INSERT IGNORE INTO late_readings_told (of_period, vps_id, node_id, told_at) VALUES (?, ?, ?, ?)",
                one.period(),
                one.vps(),
                one.node(),
                clock.instant());
        if (first > 0) {
            findings.seen(one.node(), Finding.Kind.LATE_READINGS, one.said());
        }
        return first;
    }

    /** Of closed periods that no period which is still open can correct. */
    private List<Incomplete> incomplete() {
        Instant reached = reach.before(clock.instant());
        return database.list(
                "SELECT h.of_period, h.vps_id, h.node_id, v.hostname, q.period_from, q.period_to, MAX(h.seq) AS seq"
                        + " FROM period_horizon h JOIN billing_period q ON q.id = h.of_period JOIN vps v ON v.id = h.vps_id"
                        + " WHERE NOT EXISTS (SELECT 1 FROM late_readings_told t WHERE t.of_period = h.of_period"
                        + " AND t.vps_id = h.vps_id AND t.node_id = h.node_id)"
                        + " AND (q.period_to <= ? OR NOT EXISTS (SELECT 1 FROM billing_period p"
                        + " WHERE p.account_id = q.account_id AND p.closed_at IS NULL AND p.period_from >= q.period_to))"
                        + " GROUP BY h.of_period, h.vps_id, h.node_id HAVING MAX(h.complete) = 0"
                        + " ORDER BY q.period_to LIMIT " + AT_ONCE,
                Incomplete::of,
                reached);
    }
}
