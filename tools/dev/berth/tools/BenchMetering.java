package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code berth bench metering}: readings taken in per second, by one portal and by two beside one database, from nodes that enrolled,
 * over mutual TLS, with every hash, chain and signature checked; and what a context's month of hourly readings takes on disk.
 */
final class BenchMetering {
    private static final int NODES = 16;
    private static final int CONTEXTS = 1_000;
    private static final int ROUND = 12;
    private static final int MEASURED = 24;

    /** Warm is what no round of these made faster by this; a portal runs for weeks, its compiler for a minute. */
    private static final int STEADY_PERCENT = 3;

    private static final int STEADY_ROUNDS = 2;

    private static final int MOST_ROUNDS = 10;
    private static final int READINGS_OF_A_MONTH = 720;

    /** As {@code bench billing} has it, and a server would: {@code up} is content with an eighth. */
    private static final Map<String, Long> SERVER =
            Map.of("innodb_buffer_pool_size", 1L << 30, "innodb_log_file_size", 512L << 20);

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Instance instance;
    private final PrintStream out;
    private final Sql sql;
    private long sent;

    BenchMetering(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
        this.sql = new Sql(instance.settings);
    }

    private record Replica(String name, int management, int agent) {}

    Map<String, Object> run() throws Exception {
        Map<String, Long> usual = room(SERVER);
        List<Replica> replicas = List.of(replica(1), replica(2));
        try {
            for (Replica replica : replicas) {
                instance.daemons.awaitReady(
                        replica.name(),
                        Duration.ofMinutes(2),
                        () -> Http.ok("http://" + Settings.HOST + ":" + replica.management() + "/q/health/ready"));
            }
            List<LoadNode> nodes = nodes(replicas.getFirst());
            long before = size("data_length + index_length");
            long one = perSecond(nodes, replicas.subList(0, 1));
            out.printf(Locale.ROOT, "one replica: %d readings per second%n", one);
            long two = perSecond(nodes, replicas);
            out.printf(Locale.ROOT, "two replicas: %d readings per second%n", two);
            return metrics(one, two, before);
        } finally {
            replicas.forEach(replica -> instance.daemons.stop(replica.name(), GRACE));
            room(usual);
        }
    }

    /**
     * Gives the database memory and a log while it runs.
     *
     * @return what it had
     */
    private Map<String, Long> room(Map<String, Long> bytes) throws IOException {
        Map<String, Long> before = new TreeMap<>();
        for (Map.Entry<String, Long> one : bytes.entrySet()) {
            before.put(one.getKey(), sql.number("SELECT @@GLOBAL." + one.getKey()));
            sql.update("SET GLOBAL " + one.getKey() + " = " + one.getValue());
        }
        return before;
    }

    private Replica replica(int n) throws IOException {
        Replica replica = new Replica("portal-bench-" + n, freePort(), freePort());
        instance.portal.startReplica(replica.name(), freePort(), replica.management(), replica.agent());
        return replica;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private List<LoadNode> nodes(Replica replica) throws Exception {
        Registration registration = new Registration(PortalApi.operator(instance.settings, instance.secrets));
        Instant begun = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(20));
        String run = Long.toString(System.currentTimeMillis(), 36);
        List<LoadNode> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            String name = "bench-" + run + "-" + i;
            nodes.add(LoadNode.enrol(name, registration.joinToken(name), replica.agent(), CONTEXTS, begun));
        }
        return nodes;
    }

    /** What is timed begins when rounds of batches before it do not get faster any more. */
    private long perSecond(List<LoadNode> nodes, List<Replica> replicas) throws Exception {
        long best = 0;
        int steady = 0;
        for (int i = 0; i < MOST_ROUNDS && steady < STEADY_ROUNDS; i++) {
            long now = round(nodes, replicas, ROUND);
            out.printf(Locale.ROOT, "warming up: %d readings per second%n", now);
            steady = now * 100 > best * (100 + STEADY_PERCENT) ? 0 : steady + 1;
            best = Math.max(best, now);
        }
        return round(nodes, replicas, MEASURED);
    }

    /** Every node sends one batch after the other; nodes go on side by side. Batches are made before time counts. */
    private long round(List<LoadNode> nodes, List<Replica> replicas, int batches) throws Exception {
        for (LoadNode node : nodes) {
            node.prepare(batches);
        }
        long start = System.nanoTime();
        send(nodes, replicas, batches);
        long nanos = System.nanoTime() - start;
        long readings = (long) nodes.size() * batches * CONTEXTS;
        sent += readings;
        return readings * 1_000_000_000L / nanos;
    }

    private static void send(List<LoadNode> nodes, List<Replica> replicas, int batches) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(nodes.size())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                LoadNode node = nodes.get(i);
                int port = replicas.get(i % replicas.size()).agent();
                sent.add(threads.submit(() -> {
                    node.send(port, batches);
                    return null;
                }));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private Map<String, Object> metrics(long one, long two, long before) throws IOException {
        long bytes = (size("data_length + index_length") - before) / sent;
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("readings_per_second_1_replica", one);
        metrics.put("readings_per_second_2_replicas", two);
        metrics.put("rows_per_context_month", READINGS_OF_A_MONTH);
        metrics.put("bytes_per_reading", bytes);
        metrics.put("bytes_per_context_month", bytes * READINGS_OF_A_MONTH);
        metrics.put("index_bytes_of_all", size("index_length"));
        metrics.put("data_bytes_of_all", size("data_length"));
        return metrics;
    }

    /** As the database says, which counts pages. */
    private long size(String what) throws IOException {
        sql.query("ANALYZE TABLE reading");
        return sql.number("SELECT CAST(SUM(" + what + ") AS INTEGER) FROM information_schema.tables"
                + " WHERE table_schema = 'berth' AND table_name IN ('reading', 'reading_edge', 'reading_batch')");
    }
}
