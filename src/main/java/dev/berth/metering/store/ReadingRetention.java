package dev.berth.metering.store;

import dev.berth.metering.store.MonthPartitions.Partition;
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
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Forgets readings that nobody needs any more: older than the retention, of time that is billed, or that nobody was to be
 * billed for, and that no line of a bill rests on. Such a line keeps all readings from its first to its last for ever; a
 * context with a counter that went back keeps all it has once a line rests on it. Of time not yet billed everything
 * stays, and the reading before it.
 */
@ApplicationScoped
class ReadingRetention {
    private static final Logger LOG = Logger.getLogger(ReadingRetention.class);
    private static final int AT_ONCE = 1_000;

    /** Rounds of one run for one context's month; a month of readings every minute needs 45. */
    private static final int MAX_ROUNDS = 100;

    private static final String OF_CONTEXT = "node_id = ? AND context_id = ?";
    private static final String RESTED_ON =
            " EXISTS (SELECT 1 FROM invoice_line l JOIN rated_interval i ON i.invoice_id = l.invoice_id AND i.line = l.n"
                    + " WHERE l.vps_id = ? AND i.node_id = ?";

    private final Database database;
    private final Transactions transactions;
    private final MonthPartitions partitions;
    private final InstantSource clock;
    private final Period retention;

    ReadingRetention(
            Database database,
            Transactions transactions,
            MonthPartitions partitions,
            InstantSource clock,
            @ConfigProperty(name = "berth.metering.retention") Period retention) {
        this.database = database;
        this.transactions = transactions;
        this.partitions = partitions;
        this.clock = clock;
        this.retention = retention;
    }

    /** A context on a node. */
    record Place(NodeId node, ContextId context) {
        static Place of(Row row) {
            return new Place(new NodeId(row.uuid("node_id")), new ContextId(row.uuid("context_id")));
        }
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.metering.retention-every}",
            delayed = "15m",
            identity = "reading-retention",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        Instant horizon =
                clock.instant().atZone(ZoneOffset.UTC).minus(retention).toInstant();
        long gone = forget(horizon);
        if (gone > 0) {
            LOG.infof("%d readings from before %s are gone", gone, horizon);
        }
    }

    /**
     * From months that ended by then, and from the first partition, which holds whatever is older than all months.
     *
     * @return how many readings went
     */
    long forget(Instant horizon) {
        List<Partition> all = partitions.all();
        List<Partition> old =
                all.stream().filter(p -> !p.end().isAfter(horizon)).toList();
        List<Partition> looked = old.isEmpty() ? all.subList(0, Math.min(1, all.size())) : old;
        long gone = looked.stream().mapToLong(p -> thin(p, horizon)).sum();
        joinEmpty(old);
        return gone;
    }

    private long thin(Partition partition, Instant horizon) {
        List<Place> places = database.list(
                "SELECT DISTINCT node_id, context_id FROM reading PARTITION (" + partition.name()
                        + ") WHERE effective_at < ?",
                Place::of,
                horizon);
        long gone = 0;
        for (Place place : places) {
            try {
                gone += thin(place, horizon);
            } catch (RuntimeException e) {
                // one context's trouble must not keep what others no longer need
                LOG.warnf(e, "old readings of %s stay for now", place);
            }
        }
        return gone;
    }

    /** Removes of one context what may go from before an instant. */
    long thin(Place place, Instant end) {
        long gone = 0;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            int some = transactions.run(() -> some(place, end));
            gone += some;
            if (some < AT_ONCE) {
                break;
            }
        }
        return gone;
    }

    private int some(Place place, Instant end) {
        if (faultyUnderABill(place)) {
            return 0;
        }
        Object node = place.node().value();
        Object context = place.context().value();
        // the trigger refuses the whole statement where this condition and its own would differ
        int gone = database.update(
                "DELETE FROM reading WHERE " + OF_CONTEXT + " AND effective_at < ? AND seq < ? AND NOT" + RESTED_ON
                        + " AND reading.seq BETWEEN i.first_seq AND i.last_seq) LIMIT " + AT_ONCE,
                node,
                context,
                end,
                firstKept(place),
                context,
                node);
        if (gone > 0) {
            database.update(
                    "DELETE e FROM reading_edge e LEFT JOIN reading r ON r.node_id = e.node_id AND r.seq = e.seq"
                            + " AND r.effective_at = e.effective_at"
                            + " WHERE e.node_id = ? AND e.context_id = ? AND r.seq IS NULL",
                    node,
                    context);
        }
        return gone;
    }

    private boolean faultyUnderABill(Place place) {
        return database.number(
                        "SELECT EXISTS (SELECT 1 FROM reading_edge WHERE " + OF_CONTEXT + " AND faulty) AND" + RESTED_ON
                                + ") AS n",
                        place.node().value(),
                        place.context().value(),
                        place.context().value(),
                        place.node().value())
                > 0;
    }

    /** The last reading before the time that is not billed yet: it begins the first step there. */
    private long firstKept(Place place) {
        Optional<Instant> unbilled = unbilledFrom(place.context());
        if (unbilled.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return database.one(
                        "SELECT seq FROM reading WHERE " + OF_CONTEXT
                                + " AND effective_at < ? ORDER BY effective_at DESC, seq DESC LIMIT 1",
                        row -> row.number("seq"),
                        place.node().value(),
                        place.context().value(),
                        unbilled.get())
                .orElse(0L);
    }

    private record Billing(Instant from, Optional<Instant> to, Optional<Instant> open, Optional<Instant> closed) {
        /** From when on its subscription is not billed; empty when it is to the end. */
        Optional<Instant> unbilledFrom() {
            if (open.isPresent()) {
                return open;
            }
            Instant reached = closed.orElse(from);
            boolean over = to.isPresent() && !reached.isBefore(to.get());
            return over ? Optional.empty() : Optional.of(reached);
        }
    }

    private Optional<Instant> unbilledFrom(ContextId context) {
        return database
                .list(
                        "SELECT s.valid_from, s.valid_to,"
                                + " (SELECT MIN(p.period_from) FROM billing_period p WHERE p.account_id = s.account_id"
                                + " AND p.closed_at IS NULL AND p.period_to > s.valid_from"
                                + " AND (s.valid_to IS NULL OR p.period_from < s.valid_to)) AS open,"
                                + " (SELECT MAX(p.period_to) FROM billing_period p WHERE p.account_id = s.account_id"
                                + " AND p.closed_at IS NOT NULL) AS closed FROM subscription s WHERE s.vps_id = ?",
                        row -> new Billing(
                                row.instant("valid_from"),
                                row.optionalInstant("valid_to"),
                                row.optionalInstant("open"),
                                row.optionalInstant("closed")),
                        context.value())
                .stream()
                .flatMap(billing -> billing.unbilledFrom().stream())
                .min(Instant::compareTo);
    }

    /** Of empty months that follow each other one is left: cheap, and whatever came meanwhile is in it. */
    private void joinEmpty(List<Partition> old) {
        Optional<Partition> before = Optional.empty();
        for (Partition partition : old) {
            if (!partitions.empty(partition)) {
                before = Optional.empty();
                continue;
            }
            if (before.isPresent()) {
                partitions.join(before.get(), partition);
            }
            before = Optional.of(partition);
        }
    }
}
