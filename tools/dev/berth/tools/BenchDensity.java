package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code berth bench density}: what a hundred idle contexts, each with its own systemd, take from the host. */
final class BenchDensity {
    private static final int CONTEXTS = 100;
    private static final int LXD_CONTEXTS = 20;
    private static final long SETTLE_MILLIS = 30_000;
    /** What was deleted before gives its memory back over some seconds. */
    private static final Duration QUIET_LIMIT = Duration.ofMinutes(1);

    private static final long QUIET_PAUSE_MILLIS = 5_000;
    private static final long QUIET_KIBIBYTES = 8 * 1024;

    private final Instance instance;
    private final PrintStream out;

    BenchDensity(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    Map<String, Object> run() throws Exception {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("contexts", CONTEXTS);
        try (Guests guests = new Guests(instance, Images.DEBIAN_12)) {
            guests.start(List.of(Guests.Plan.small()));
            long before = quietKibibytes();
            long startNanos = System.nanoTime();
            Guests.Started started = guests.tryStart(CONTEXTS, Guests.Plan.small());
            started.faults().forEach(fault -> out.println("not started: " + fault));
            long millis = (System.nanoTime() - startNanos) / 1_000_000;
            Waits.pause(SETTLE_MILLIS);
            long used = usedKibibytes() - before;
            int running = started.guests().size();
            metrics.put("running", running);
            metrics.put("all_running_ms", millis);
            metrics.put("mb_per_context", BenchCpu.rounded(used / 1024.0 / Math.max(1, running)));
            out.printf(
                    Locale.ROOT,
                    "%d of %d run after %d ms, %.1f MiB each%n",
                    running,
                    CONTEXTS,
                    millis,
                    used / 1024.0 / Math.max(1, running));
        }
        beside(metrics);
        return metrics;
    }

    private void beside(Map<String, Object> metrics) throws IOException {
        try (Lxd lxd = new Lxd(instance.settings)) {
            if (!lxd.start(instance.images.ensure(Images.DEBIAN_12).archive())) {
                out.println("no comparison: " + lxd.missing());
                return;
            }
            long before = quietKibibytes();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < LXD_CONTEXTS; i++) {
                String name = "density-" + i;
                lxd.launchMillis(name);
                names.add(name);
            }
            Waits.pause(SETTLE_MILLIS);
            long used = usedKibibytes() - before;
            metrics.put("lxd_contexts", LXD_CONTEXTS);
            metrics.put("lxd_running", lxd.running());
            metrics.put("lxd_mb_per_context", BenchCpu.rounded(used / 1024.0 / LXD_CONTEXTS));
            names.forEach(lxd::delete);
        }
    }

    private static long quietKibibytes() throws IOException {
        long end = System.nanoTime() + QUIET_LIMIT.toNanos();
        long last = usedKibibytes();
        while (Waits.pause(QUIET_PAUSE_MILLIS)) {
            long now = usedKibibytes();
            if (Math.abs(now - last) < QUIET_KIBIBYTES || System.nanoTime() > end) {
                return now;
            }
            last = now;
        }
        return last;
    }

    /** What is not available any more: anonymous memory, kernel memory and page cache in use. */
    private static long usedKibibytes() throws IOException {
        Command.of("sync").run();
        Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
        Map<String, Long> values = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            String[] words = line.split("[: ]+");
            values.put(words[0], Long.parseLong(words[1]));
        }
        return values.get("MemTotal") - values.get("MemAvailable");
    }
}
