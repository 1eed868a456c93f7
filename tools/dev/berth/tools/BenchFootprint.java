package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * {@code berth bench footprint}: what berthd itself takes while many contexts run that do nothing, and how soon it has looked at all of
 * them after it was killed.
 */
final class BenchFootprint {
    private static final int CONTEXTS = 1_000;
    private static final int WAVE = 50;
    private static final long SETTLE_MILLIS = 30_000;
    private static final Duration CALM_LIMIT = Duration.ofMinutes(10);
    private static final int CALM_LOOKS = 3;
    private static final long CALM_PERCENT = 50;
    private static final long CALM_LOOK_MILLIS = 5_000;
    private static final int STAT_IDLE = 3;
    private static final int STAT_KINDS = 8;
    private static final int MEASURE_SECONDS = 60;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 10;
    private static final int STAT_USER = 11;
    private static final int STAT_SYSTEM = 12;

    /** USER_HZ, the unit of {@code /proc/PID/stat} (proc(5)): a hundred on every architecture that Berth runs on. */
    private static final long TICK_MILLIS = 10;

    private final Instance instance;
    private final PrintStream out;
    private final NodeSocket node;
    private final int contexts;

    BenchFootprint(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
        this.node = new NodeSocket(instance.settings);
        String given = System.getenv("BERTH_BENCH_CONTEXTS");
        this.contexts = given == null ? CONTEXTS : Integer.parseInt(given);
    }

    Map<String, Object> run() throws Exception {
        Map<String, Object> metrics = new LinkedHashMap<>();
        IdleImage.ensure(instance);
        restart(metrics, "empty_");
        try (Guests guests = new Guests(instance, IdleImage.NAME)) {
            int running = fill(guests);
            metrics.put("contexts", running);
            metrics.put("idle_percent_before", calm());
            // once without what the orders left behind in its memory
            restart(metrics, "");
            Waits.pause(SETTLE_MILLIS);
            measure(metrics, running);
        }
        return metrics;
    }

    /**
     * Waits until what so many orders leave to do is over: three looks in a row find half of the machine idle.
     *
     * @return how much was idle in the last look, in percent
     */
    private static long calm() {
        ArrayDeque<Long> looks = new ArrayDeque<>();
        Waits.poll(CALM_LIMIT, () -> {
            looks.addLast(idlePercent());
            if (looks.size() > CALM_LOOKS) {
                looks.removeFirst();
            }
            boolean calm = looks.size() == CALM_LOOKS && looks.stream().allMatch(percent -> percent >= CALM_PERCENT);
            return calm ? Optional.of(true) : Optional.empty();
        });
        return looks.getLast();
    }

    /** Over some seconds, of all CPUs together: the fourth and fifth figure of the first line (proc(5)). */
    private static long idlePercent() {
        long[] before = cpuTimes();
        Waits.pause(CALM_LOOK_MILLIS);
        long[] after = cpuTimes();
        return 100 * (after[1] - before[1]) / Math.max(1, after[0] - before[0]);
    }

    /** All there was, and what of it was idle or waited for a disk. */
    private static long[] cpuTimes() {
        String first = Groups.read(Path.of("/proc/stat"))
                .orElseThrow()
                .lines()
                .findFirst()
                .orElseThrow();
        long[] figures = Arrays.stream(first.split(" +"))
                .skip(1)
                .mapToLong(Long::parseLong)
                .toArray();
        return new long[] {Arrays.stream(figures).limit(STAT_KINDS).sum(), figures[STAT_IDLE] + figures[STAT_IDLE + 1]};
    }

    private int fill(Guests guests) throws Exception {
        int running = 0;
        while (running < contexts) {
            Guests.Started wave = guests.tryStart(Math.min(WAVE, contexts - running), Guests.Plan.tiny());
            running += wave.guests().size();
            out.printf(Locale.ROOT, "%d contexts run%n", running);
            if (!wave.faults().isEmpty()) {
                wave.faults().forEach(fault -> out.println("no more fit: " + fault));
                return running;
            }
        }
        return running;
    }

    /** As after a crash: from the start of the process until it answers, and until no context waits to be looked at. */
    private void restart(Map<String, Object> metrics, String prefix) throws IOException {
        ProcessHandle before = daemon();
        before.destroyForcibly();
        Waits.until(START_LIMIT, () -> !Daemons.alive(before));
        long startNanos = System.nanoTime();
        instance.node.start(false, instance.secrets.write("join-token", ""));
        metrics.put(prefix + "start_ms", until(startNanos, () -> busy().isPresent()));
        metrics.put(prefix + "start_to_reconciled_ms", until(startNanos, () -> busy().equals(Optional.of("0"))));
        out.println(metrics);
    }

    private static long until(long startNanos, BooleanSupplier condition) {
        Waits.poll(START_LIMIT, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), POLL_MILLIS);
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** How many contexts berthd is working on; empty while it does not answer. */
    private Optional<String> busy() {
        try {
            return Json.text(node.health(), "busy");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void measure(Map<String, Object> metrics, int running) throws IOException {
        long pid = daemon().pid();
        long before = cpuMillis(pid);
        long startNanos = System.nanoTime();
        Waits.pause(MEASURE_SECONDS * 1_000L);
        long used = cpuMillis(pid) - before;
        double elapsed = (System.nanoTime() - startNanos) / 1e6;
        double percent = 100.0 * used / elapsed;
        metrics.put("cpu_percent_of_one_core", BenchCpu.rounded(percent));
        metrics.put("resident_mb", BenchCpu.rounded(residentKibibytes(pid) / 1024.0));
        out.printf(
                Locale.ROOT,
                "%d contexts: %.2f %% of one core, %s MiB resident%n",
                running,
                percent,
                metrics.get("resident_mb"));
    }

    private ProcessHandle daemon() {
        return instance.daemons
                .running(NodeDaemon.NAME)
                .orElseThrow(() -> new Failure(Failure.NOT_RUNNING, "berthd does not run"));
    }

    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        List<String> words = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        return (Long.parseLong(words.get(STAT_USER)) + Long.parseLong(words.get(STAT_SYSTEM))) * TICK_MILLIS;
    }

    private static long residentKibibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
