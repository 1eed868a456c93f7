package dev.berth.reconcile;

import dev.berth.contract.Readings;
import dev.berth.metering.Conservation;
import dev.berth.metering.MeasuredStep;
import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.metering.Usage;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Compares, for each node and window that its journal has passed, what its contexts were measured to use with what the host counted
 * of all of them. Each comparison is a transaction: the rows and what they find.
 */
@ApplicationScoped
class Conserved {
    private static final ContextId HOST = new ContextId(UUID.fromString(Readings.HOST));
    private static final List<Meter> METERS =
            List.of(Meter.CPU_TIME, Meter.NETWORK_BYTES_SENT, Meter.NETWORK_BYTES_RECEIVED);
    /** A node that was away is caught up with over several runs. */
    private static final int MAX_WINDOWS = 24;

    private static final BigInteger SLACK_BYTES = BigInteger.valueOf(4L << 20);
    /** Two seconds of a thousandth of a CPU, in microseconds. */
    private static final BigInteger SLACK_MICROS_OF_MILLI = BigInteger.valueOf(2_000);

    private final Database database;
    private final Transactions transactions;
    private final ReadingStore readings;
    private final Findings findings;
    private final Duration window;
    private final InstantSource clock;

    Conserved(
            Database database,
            Transactions transactions,
            ReadingStore readings,
            Findings findings,
            @ConfigProperty(name = "berth.reconciliation.window") Duration window,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.readings = readings;
        this.findings = findings;
        this.window = window;
        this.clock = clock;
    }

    /**
     * @param first of the host's readings; of those behind {@code done} where windows were compared already
     * @param done end of the newest window that was compared
     */
    private record Watched(
            NodeId node, String name, long cpuMilli, Instant first, Instant last, Optional<Instant> done) {}

    /** @return how many windows were compared */
    int run() {
        List<Watched> nodes = database.list(
                "SELECT n.id, n.name, n.cpu_milli, n.done, MIN(r.effective_at) AS first, MAX(r.effective_at) AS last"
                        + " FROM (SELECT o.id, o.name, o.cpu_milli, (SELECT MAX(c.window_to) FROM conservation c"
                        + " WHERE c.node_id = o.id) AS done FROM node o) n JOIN reading r FORCE INDEX (ix_reading_time) ON r.node_id = n.id"
                        + " AND r.context_id = ? AND r.effective_at >= COALESCE(n.done, '1970-01-02')"
                        + " GROUP BY n.id, n.name, n.cpu_milli, n.done",
                row -> new Watched(
                        new NodeId(row.uuid("id")),
                        row.text("name"),
                        row.number("cpu_milli"),
                        row.instant("first"),
                        row.instant("last"),
                        row.optionalInstant("done")),
                HOST.value());
        return nodes.stream().mapToInt(this::catchUp).sum();
    }

    private int catchUp(Watched node) {
        Instant from = node.done().orElseGet(() -> aligned(node.first()));
        int compared = 0;
        while (compared < MAX_WINDOWS && !from.plus(window).isAfter(node.last())) {
            Period next = new Period(from, from.plus(window));
            transactions.run(() -> compare(node, next));
            from = next.to();
            compared++;
        }
        return compared;
    }

    /** The first window that begins at or after an instant. */
    private Instant aligned(Instant instant) {
        long length = window.toSeconds();
        long begun = Math.floorDiv(instant.getEpochSecond() + length - 1, length) * length;
        Instant start = Instant.ofEpochSecond(begun);
        return start.isBefore(instant) ? start.plus(window) : start;
    }

    private void compare(Watched node, Period period) {
        Timeline host = readings.timeline(node.node(), HOST, period);
        boolean known = judgeable(host, period);
        Usage total = host.usage(period);
        Map<UUID, Usage> byContext = byContext(node.node(), period);
        for (Meter meter : METERS) {
            BigInteger contexts =
                    byContext.values().stream().map(usage -> usage.of(meter)).reduce(BigInteger.ZERO, BigInteger::add);
            Conservation conservation = Conservation.of(contexts, total.of(meter), slack(node, meter));
            String verdict = known ? conservation.verdict().name() : Comparison.UNKNOWN;
            insert(new Comparison(
                    node.node().value(),
                    meter,
                    period,
                    conservation.contexts(),
                    conservation.host(),
                    conservation.tolerance(),
                    verdict));
            if (known) {
                judge(new Judged(node, period, meter, conservation), using(byContext, meter));
            }
        }
    }

    private static BigInteger slack(Watched node, Meter meter) {
        return meter == Meter.CPU_TIME
                ? SLACK_MICROS_OF_MILLI.multiply(BigInteger.valueOf(node.cpuMilli()))
                : SLACK_BYTES;
    }

    /**
     * Counters that began anew within it say too little; those that were not read before it say nothing. After one went back they say too little until
     * they are as high as before or begin anew.
     */
    private static boolean judgeable(Timeline host, Period period) {
        List<MeasuredStep> steps =
                host.steps().stream().filter(step -> step.touches(period)).toList();
        boolean covered = !steps.isEmpty()
                && !steps.getFirst().from().isAfter(period.from())
                && !steps.getLast().to().isBefore(period.to());
        Set<ReadingRef> wentBack =
                host.faults().stream().map(Timeline.Fault::at).collect(Collectors.toSet());
        return covered
                && steps.stream()
                        .allMatch(
                                step -> step.first().epoch().equals(step.last().epoch())
                                        && !wentBack.contains(step.first().ref())
                                        && !wentBack.contains(step.last().ref()));
    }

    /** Every context that was read there about then, whoever it is of. */
    private Map<UUID, Usage> byContext(NodeId node, Period period) {
        List<UUID> contexts = database.list(
                "SELECT DISTINCT context_id FROM reading WHERE node_id = ? AND effective_at >= ? AND effective_at <= ?"
                        + " AND context_id <> ?",
                row -> row.uuid("context_id"),
                node.value(),
                period.from().minus(window),
                period.to().plus(window),
                HOST.value());
        List<ReadingStore.Ask> asks = contexts.stream()
                .map(id -> new ReadingStore.Ask(node, new ContextId(id), period))
                .toList();
        List<Timeline> timelines = readings.timelines(asks);
        Map<UUID, Usage> usage = new HashMap<>();
        for (int i = 0; i < contexts.size(); i++) {
            usage.put(contexts.get(i), timelines.get(i).usage(period));
        }
        return usage;
    }

    private static Set<UUID> using(Map<UUID, Usage> byContext, Meter meter) {
        return byContext.entrySet().stream()
                .filter(entry -> entry.getValue().of(meter).signum() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void insert(Comparison c) {
        // another replica may have made it at the same moment, from the same readings
        database.update(
                "INSERT IGNORE INTO conservation (node_id, meter, window_from, window_to, contexts, host, tolerance,"
                        + " verdict, checked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                c.node(),
                c.meter(),
                c.window().from(),
                c.window().to(),
                c.contexts().toString(),
                c.host().toString(),
                c.tolerance().toString(),
                c.verdict(),
                clock.instant());
    }

    private record Judged(Watched node, Period period, Meter meter, Conservation found) {
        Seen seen(FindingKind kind, Optional<UUID> account) {
            String subject = "%s/%s/%s/%s"
                    .formatted(
                            node.node(),
                            period.from(),
                            meter,
                            account.map(UUID::toString).orElse("-"));
            return new Seen(
                    kind,
                    subject,
                    detail(),
                    account,
                    Optional.empty(),
                    Optional.of(node.node().value()),
                    period.from());
        }

        private String detail() {
            return "node %s, %s to %s: its VPS were measured to use %s %s of %s together, the host counted %s, tolerated are %s"
                    .formatted(
                            node.name(),
                            period.from(),
                            period.to(),
                            found.contexts(),
                            meter.baseUnit(),
                            meter,
                            found.host(),
                            found.tolerance());
        }
    }

    private void judge(Judged judged, Set<UUID> contexts) {
        switch (judged.found().verdict()) {
            case HOLDS -> {}
            case ABOVE ->
                accounts(contexts, judged.period())
                        .forEach(account -> findings.note(judged.seen(FindingKind.ABOVE_HOST, Optional.of(account))));
            case BELOW -> findings.note(judged.seen(FindingKind.BELOW_HOST, Optional.empty()));
        }
    }

    private List<UUID> accounts(Set<UUID> contexts, Period period) {
        Map<UUID, Boolean> accounts = new HashMap<>();
        for (UUID context : contexts) {
            database.list(
                            "SELECT account_id FROM subscription WHERE vps_id = ? AND valid_from < ?"
                                    + " AND (valid_to IS NULL OR valid_to > ?)",
                            row -> row.uuid("account_id"),
                            context,
                            period.to(),
                            period.from())
                    .forEach(account -> accounts.put(account, true));
        }
        return List.copyOf(accounts.keySet());
    }

    /** A node's newest comparisons, newest window first. */
    List<Comparison> newest(UUID node, int limit) {
        return database.list(
                "SELECT node_id, meter, window_from, window_to, contexts, host, tolerance, verdict FROM conservation"
                        + " WHERE node_id = ? ORDER BY window_from DESC, meter LIMIT ?",
                row -> new Comparison(
                        row.uuid("node_id"),
                        row.constant("meter", Meter.class),
                        new Period(row.instant("window_from"), row.instant("window_to")),
                        row.decimal("contexts").toBigIntegerExact(),
                        row.decimal("host").toBigIntegerExact(),
                        row.decimal("tolerance").toBigIntegerExact(),
                        row.text("verdict")),
                node,
                limit);
    }
}
