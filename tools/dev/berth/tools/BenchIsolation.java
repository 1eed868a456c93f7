package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code berth bench isolation}: a victim (pgbench, and a sleeper that says how late it wakes) alone, then beside a neighbour that
 * does its worst. The victim has half of the machine reserved, the neighbour the other half.
 */
final class BenchIsolation {
    private static final long LIMIT_SECONDS = 60;
    private static final int ROUND_SECONDS = 4;
    private static final int ROUNDS = 3;
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
    private static final String PGBENCH = "cd /var/lib/postgresql && runuser -u postgres --"
            + " /usr/lib/postgresql/15/bin/pgbench -h /tmp -n -S -T %d -c 1 bench";

    private final Instance instance;
    private final PrintStream out;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    BenchIsolation(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    /** @param script runs until it is stopped */
    private record Antagonist(String name, String script) {}

    private static List<Antagonist> antagonists(String victim) {
        return List.of(
                new Antagonist("fork bomb", "while :; do (sleep 100 & sleep 100 & true) & done"),
                new Antagonist("CPU hog", "stress-ng --cpu 8"),
                new Antagonist("memory hog", "stress-ng --vm 2 --vm-bytes 2G --vm-keep"),
                new Antagonist(
                        "disk filler", "while :; do dd if=/dev/zero of=/var/tmp/fill bs=1M; rm -f /var/tmp/fill; done"),
                new Antagonist(
                        "fsync storm",
                        "fio --name=x --filename=/var/tmp/fio --size=64M --bs=4k --rw=randwrite --fsync=1 --numjobs=4"
                                + " --runtime=60 --time_based"),
                new Antagonist(
                        "packet flood",
                        "for i in 1 2 3 4; do /usr/local/bin/lat flood 60 " + victim + " & done; wait"));
    }

    Map<String, Object> run() throws Exception {
        BenchImage.ensure(instance);
        Path lat = BenchImage.compiled(instance.settings, "lat");
        long half = Runtime.getRuntime().availableProcessors() * 500L;
        Guests.Plan plan = new Guests.Plan(half, half, 60_000, 1024, 512, 2048, Optional.empty());
        Guests.Plan neighbour = new Guests.Plan(half, 2 * half, 60_000, 512, 256, 1024, Optional.empty());
        try (Guests guests = new Guests(instance, BenchImage.NAME)) {
            List<Guests.Guest> both = guests.start(List.of(plan, neighbour));
            Guests.Guest victim = both.getFirst();
            for (Guests.Guest each : both) {
                BenchOverhead.install(lat, each.rootfs());
            }
            victim.shell(LIMIT_SECONDS, BenchOverhead.database(5));
            Figures warm = measure(victim);
            out.printf(Locale.ROOT, "%-14s %8.0f tps  wakes %7.0f us late (99 %%)%n", "warm", warm.tps(), warm.late());
            for (Antagonist antagonist : antagonists(victim.address)) {
                compare(victim, both.getLast(), antagonist);
            }
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put(
                "least_kept_percent",
                rows.stream()
                        .map(row -> (BigDecimal) row.get("kept_percent"))
                        .min(BigDecimal::compareTo)
                        .orElse(BigDecimal.ZERO));
        metrics.put("rows", rows);
        return metrics;
    }

    /**
     * @param tps transactions per second
     * @param late microseconds, 99th percentile
     */
    private record Figures(double tps, double late) {
        static Figures median(List<Figures> all) {
            return new Figures(
                    BenchOverhead.median(all.stream().map(Figures::tps).toList()),
                    BenchOverhead.median(all.stream().map(Figures::late).toList()));
        }
    }

    private void compare(Guests.Guest victim, Guests.Guest neighbour, Antagonist antagonist) throws IOException {
        List<Figures> solos = new ArrayList<>();
        List<Figures> besides = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            solos.add(measure(victim));
            neighbour.background(antagonist.script());
            Waits.pause(2_000);
            besides.add(measure(victim));
            end(neighbour);
        }
        Figures solo = Figures.median(solos);
        Figures beside = Figures.median(besides);
        double kept = beside.tps() / solo.tps() * 100;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("antagonist", antagonist.name());
        row.put("solo", BenchCpu.rounded(solo.tps()));
        row.put("beside", BenchCpu.rounded(beside.tps()));
        row.put("kept_percent", BenchCpu.rounded(kept));
        row.put("late_us_p99_solo", BenchCpu.rounded(solo.late()));
        row.put("late_us_p99_beside", BenchCpu.rounded(beside.late()));
        rows.add(row);
        out.printf(
                Locale.ROOT,
                "%-14s solo %8.0f  beside %8.0f  kept %5.1f %%  wakes late (99 %%) %7.0f -> %7.0f us%n",
                antagonist.name(),
                solo.tps(),
                beside.tps(),
                kept,
                solo.late(),
                beside.late());
    }

    private static Figures measure(Guests.Guest victim) throws IOException {
        String probe = "/usr/local/bin/lat probe " + ROUND_SECONDS;
        String output =
                victim.shell(LIMIT_SECONDS, "(%s) & %s; wait".formatted(probe, PGBENCH.formatted(ROUND_SECONDS)));
        Matcher tps = TPS.matcher(output);
        if (!tps.find()) {
            throw new IOException("pgbench said no figure: " + output);
        }
        double late = output.lines()
                .filter(line -> line.matches("[0-9.]+ [0-9.]+ [0-9.]+"))
                .map(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow(() -> new IOException("the probe said no figure: " + output));
        return new Figures(Double.parseDouble(tps.group(1)), late);
    }

    /** Everything of the neighbour's but its init: a context full of processes may need several blows. */
    private static void end(Guests.Guest neighbour) {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                neighbour.shell(20, "kill -9 -1; true");
            } catch (IOException e) {
                // the shell is among those it kills
                Waits.pause(300);
            }
        }
        Waits.pause(1_500);
    }
}
