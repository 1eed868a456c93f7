package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code berth bench overhead}: what a context costs. Each row runs natively and inside a context in turns, several times, so that
 * whatever else changes on the machine meets both. All figures are rates: more is better, and a ratio of one is parity. A third side,
 * native with what a context is given on purpose ({@link NativeRoot.Kind#LAYERED}), says where a difference comes from.
 */
final class BenchOverhead {
    private static final int ROUNDS = 5;
    private static final long LIMIT_SECONDS = 90;
    private static final String POSTGRES = "/usr/lib/postgresql/15/bin/";
    private static final String AS_POSTGRES = "cd /var/lib/postgresql && runuser -u postgres -- ";
    private static final int IPERF_PORT = 5_299;
    private static final String RECEIVED = "([0-9.]+) Mbits/sec +receiver";

    private final Instance instance;
    private final PrintStream out;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    BenchOverhead(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    /**
     * @param script prints the figure, by itself or where {@code figure} finds it
     * @param rounds how often each side is measured
     */
    private record Row(String name, String script, Pattern figure, int rounds) {
        static Row of(String name, String script, String figure, int rounds) {
            return new Row(name, script, Pattern.compile(figure), rounds);
        }
    }

    /** Runs a script on one of the two sides. */
    @FunctionalInterface
    private interface Side {
        String run(String script) throws IOException;
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("fork", "exec", "shell", "switch", "mmap", "fault")) {
            rows.add(Row.of(name, "/usr/local/bin/lat " + name + " 1", "([0-9.]+)", ROUNDS));
        }
        String fio =
                "fio --name=x --filename=/var/tmp/fio --size=128M --bs=4k --runtime=2 --time_based --group_reporting"
                        + " --output-format=terse --terse-version=3 ";
        rows.addAll(List.of(
                Row.of(
                        "sysbench cpu",
                        "sysbench cpu --time=2 --threads=1 run",
                        "events per second: *([0-9.]+)",
                        ROUNDS),
                Row.of(
                        "dbench",
                        "cd /var/tmp && dbench -t 3 -D /var/tmp -c /usr/share/dbench/client.txt 1",
                        "Throughput ([0-9.]+)",
                        ROUNDS),
                Row.of(
                        "postmark",
                        "cd /var/tmp && s=$(date +%s%N) && printf 'set number 500\\nset transactions 40000\\nset location"
                                + " /var/tmp\\nrun\\nquit\\n' | postmark >/dev/null && e=$(date +%s%N)"
                                + " && echo $((40000 * 1000000000 / (e - s)))",
                        "([0-9]+)",
                        ROUNDS),
                Row.of(
                        "fio random read, cached",
                        fio + "--rw=randread --invalidate=0 --pre_read=1",
                        "(?:[^;]*;){7}([0-9]+)",
                        3),
                Row.of("fio random write with fsync", fio + "--rw=randwrite --fsync=8", "(?:[^;]*;){48}([0-9]+)", 3),
                Row.of(
                        "pgbench read-only",
                        AS_POSTGRES + POSTGRES + "pgbench -h /tmp -n -S -T 3 -c 2 bench",
                        "tps = ([0-9.]+)",
                        3),
                Row.of(
                        "pgbench read-write",
                        AS_POSTGRES + POSTGRES + "pgbench -h /tmp -n -T 3 -c 2 bench",
                        "tps = ([0-9.]+)",
                        3)));
        return rows;
    }

    Map<String, Object> run() throws Exception {
        Images.Image image = BenchImage.ensure(instance);
        Path lat = BenchImage.compiled(instance.settings, "lat");
        try (Guests guests = new Guests(instance, BenchImage.NAME)) {
            long all = Runtime.getRuntime().availableProcessors() * 1_000L;
            Guests.Guest guest = guests.start(
                            List.of(new Guests.Plan(all, all, 3_600_000, 4096, 2048, 4096, Optional.empty())))
                    .getFirst();
            try (NativeRoot host = new NativeRoot(instance.settings, image, NativeRoot.Kind.BARE);
                    NativeRoot layered = new NativeRoot(instance.settings, image, NativeRoot.Kind.LAYERED)) {
                install(lat, host.path());
                install(lat, layered.path());
                install(lat, guest.rootfs());
                measure(List.of(
                        script -> host.shell(LIMIT_SECONDS, script),
                        script -> layered.shell(LIMIT_SECONDS, script),
                        script -> guest.shell(LIMIT_SECONDS, script)));
                network(host, guest);
            }
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put(
                "rows_at_parity",
                rows.stream()
                        .filter(row -> ((BigDecimal) row.get("ratio")).doubleValue() >= 0.97)
                        .count());
        metrics.put("rows", rows);
        return metrics;
    }

    static void install(Path program, Path root) throws IOException {
        Path to = root.resolve("usr/local/bin/lat");
        Files.copy(program, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A PostgreSQL of the measurement's own, reachable by its socket alone. */
    static String database(int scale) {
        return AS_POSTGRES + POSTGRES + "initdb -D /var/lib/postgresql/bench -A trust --no-sync -E UTF8 --locale=C && "
                + AS_POSTGRES + POSTGRES + "pg_ctl -s -w -D /var/lib/postgresql/bench -l /var/lib/postgresql/log"
                + " -o \"-c listen_addresses= -c unix_socket_directories=/tmp -c shared_buffers=64MB"
                + " -c dynamic_shared_memory_type=mmap\" start && "
                + AS_POSTGRES + POSTGRES + "createdb -h /tmp bench && "
                + AS_POSTGRES + POSTGRES + "pgbench -h /tmp -q -i -s " + scale + " bench";
    }

    private static final String STOP_DATABASE =
            AS_POSTGRES + POSTGRES + "pg_ctl -s -m immediate -D /var/lib/postgresql/bench stop";

    /** @param sides native, native with what a context is given on purpose, context */
    private void measure(List<Side> sides) throws IOException {
        List<Side> started = new ArrayList<>();
        try {
            for (Side side : sides) {
                side.run(database(5));
                started.add(side);
            }
            for (Row row : rows()) {
                List<List<Double>> figures = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
                for (int round = 0; round < row.rounds(); round++) {
                    for (int side = 0; side < sides.size(); side++) {
                        figures.get(side).add(figure(row, sides.get(side)));
                    }
                }
                add(row.name(), figures.getFirst(), figures.get(1), figures.getLast());
            }
        } finally {
            for (Side side : started) {
                side.run(STOP_DATABASE);
            }
        }
    }

    private static double figure(Row row, Side side) throws IOException {
        String output = side.run(row.script());
        Matcher found = row.figure().matcher(output);
        if (!found.find()) {
            throw new IOException(row.name() + " said no figure: " + output);
        }
        return Double.parseDouble(found.group(1));
    }

    /** Mbit/s from the host into a bare network namespace, and into a context: the same way but for what Berth does on it. */
    private void network(NativeRoot host, Guests.Guest guest) throws IOException {
        String server = "iperf3 -s -1 -D -p " + IPERF_PORT + " >/dev/null 2>&1; sleep 0.3";
        Row outside = client(BareNetwork.ADDRESS);
        Row context = client(guest.address);
        List<Double> natives = new ArrayList<>();
        List<Double> contexts = new ArrayList<>();
        try (BareNetwork bare = new BareNetwork()) {
            for (int round = 0; round < ROUNDS; round++) {
                host.shell(LIMIT_SECONDS, bare.entry(), server);
                natives.add(figure(outside, script -> host.shell(LIMIT_SECONDS, script)));
                guest.shell(LIMIT_SECONDS, server);
                contexts.add(figure(context, script -> host.shell(LIMIT_SECONDS, script)));
            }
        }
        add("iperf3 from the host (native: a bare namespace)", natives, natives, contexts);
    }

    private static Row client(String address) {
        return Row.of("iperf3", "iperf3 -c %s -p %d -t 2 -f m".formatted(address, IPERF_PORT), RECEIVED, 1);
    }

    private void add(String name, List<Double> natives, List<Double> layered, List<Double> contexts) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < natives.size(); i++) {
            ratios.add(contexts.get(i) / natives.get(i));
        }
        double ratio = median(contexts) / median(natives);
        double spread = ratios.stream().mapToDouble(r -> r).max().orElse(0)
                - ratios.stream().mapToDouble(r -> r).min().orElse(0);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("native", BenchCpu.rounded(median(natives)));
        row.put("layered", BenchCpu.rounded(median(layered)));
        row.put("context", BenchCpu.rounded(median(contexts)));
        row.put("ratio", BenchCpu.rounded(ratio));
        row.put("ratio_to_layered", BenchCpu.rounded(median(contexts) / median(layered)));
        row.put("spread", BenchCpu.rounded(spread));
        rows.add(row);
        out.printf(
                Locale.ROOT,
                "%-48s native %10.1f  layered %10.1f  context %10.1f  ratio %5.2f  to layered %5.2f  spread %4.2f%n",
                name,
                median(natives),
                median(layered),
                median(contexts),
                ratio,
                median(contexts) / median(layered),
                spread);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
