package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code berth bench cpu}: the token bucket and the division of CPU time, measured inside bought contexts. */
final class BenchCpu {
    private static final long ACCURACY_SECONDS = 60;
    private static final long SHARE_SECONDS = 20;
    private static final long BURST_SECONDS = 30;
    private static final long BURST_BANK = 10_000;
    private static final long SMALL_BANK = 4_000;
    private static final long LARGE_BANK = 3_600_000;
    private static final Duration EMPTY_LIMIT = Duration.ofSeconds(60);

    private final Instance instance;
    private final PrintStream out;
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final int cpus = Runtime.getRuntime().availableProcessors();

    BenchCpu(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    Map<String, Object> run() throws Exception {
        long machine = cpus * 1_000L;
        try (Guests guests = new Guests(instance, Images.DEBIAN_12)) {
            accuracy(guests, List.of(50L, 250L, 500L), 1, SMALL_BANK);
            // a context with so much reserved boots without a bank, and has none to empty
            accuracy(guests, List.of(1_500L), 2, 1);
            burst(guests);
            examples(guests, machine);
            reservations(guests, machine);
        }
        double worst = rows.stream()
                .mapToDouble(row -> Math.abs(((BigDecimal) row.get("error_percent")).doubleValue()))
                .max()
                .orElse(0);
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("max_error_percent", rounded(worst));
        metrics.put("rows", rows);
        return metrics;
    }

    /** A busy context with an empty bank gets its baseline. All of these contexts are measured in the same minute. */
    private void accuracy(Guests guests, List<Long> baselines, int loops, long bank) throws Exception {
        List<Guests.Guest> all = guests.start(baselines.stream()
                .map(baseline -> Guests.Plan.cpu(baseline, Math.max(1_000L * loops, baseline), bank))
                .toList());
        for (Guests.Guest guest : all) {
            guest.background(Guests.loops(loops, ACCURACY_SECONDS + EMPTY_LIMIT.toSeconds()));
        }
        for (Guests.Guest guest : all) {
            awaitEmpty(guest, bank);
        }
        List<Double> percents = measure(all, ACCURACY_SECONDS);
        for (int i = 0; i < all.size(); i++) {
            double target = baselines.get(i) / 10.0;
            row("bucket %s %%".formatted(rounded(target)), target, percents.get(i));
        }
        guests.clear();
    }

    private void awaitEmpty(Guests.Guest guest, long bank) {
        boolean empty = Waits.until(EMPTY_LIMIT, () -> {
            try {
                return bank == 1 || guest.tokens() <= 0;
            } catch (IOException e) {
                return false;
            }
        });
        if (!empty) {
            out.println(guest.name + " still has tokens: the host is too busy to let it have more than its baseline");
        }
    }

    /** How long a full bank lasts: S / (ceiling - R), of what was used beyond the baseline. */
    private void burst(Guests guests) throws Exception {
        Guests.Guest guest =
                guests.start(List.of(Guests.Plan.cpu(250, 1_000, BURST_BANK))).getFirst();
        Waits.until(EMPTY_LIMIT, () -> {
            try {
                return guest.tokens() >= BURST_BANK;
            } catch (IOException e) {
                return false;
            }
        });
        // the counter is read before the loop begins, or the first tokens would be missing
        long before = guest.cpuMicros();
        long startNanos = System.nanoTime();
        guest.background(Guests.loops(1, BURST_SECONDS + 10));
        Waits.pause(BURST_SECONDS * 1_000);
        double percent = (guest.cpuMicros() - before) * 100_000.0 / (System.nanoTime() - startNanos);
        double target = BURST_BANK / 750.0;
        double measured = (percent / 100 - 0.25) * BURST_SECONDS / 0.75;
        row("burst of 10 vCPU-seconds at 100 % over 25 %: seconds as % of S/(ceiling-R)", 100, measured / target * 100);
        guests.clear();
    }

    /** VServer's examples: five guests with a fifth each; two busy with idle shares 1/2 and 1/4, then three alike. */
    private void examples(Guests guests, long machine) throws Exception {
        Guests.Plan fifth = Guests.Plan.cpu(machine / 5, machine, LARGE_BANK);
        List<Guests.Guest> five = guests.start(List.of(
                fifth.sharing(500), fifth.sharing(250), fifth.sharing(250), fifth.sharing(250), fifth.sharing(250)));
        settle(five);
        divide("five guests at 1/5, two busy, idle shares 1/2 and 1/4", five.subList(0, 2), List.of(60.0, 40.0));
        settle(five);
        divide(
                "five guests at 1/5, three busy with equal shares",
                five.subList(2, 5),
                List.of(100 / 3.0, 100 / 3.0, 100 / 3.0));
        guests.clear();
    }

    /** Everybody wants everything: each gets what it reserved, the sum of all being the machine. */
    private void reservations(Guests guests, long machine) throws Exception {
        List<Integer> percents = List.of(10, 15, 25, 50);
        List<Guests.Guest> four = guests.start(percents.stream()
                .map(percent -> Guests.Plan.cpu(machine * percent / 100, machine, LARGE_BANK))
                .toList());
        settle(four);
        divide(
                "reservation under load",
                four,
                percents.stream().map(Double::valueOf).toList());
        guests.clear();
    }

    /** Contexts that have just booted, or whose loops have just ended, are given a moment. */
    private static void settle(List<Guests.Guest> guests) {
        Waits.until(Duration.ofSeconds(20), () -> {
            long before = guests.stream().mapToLong(Guests.Guest::cpuMicros).sum();
            Waits.pause(1_000);
            return guests.stream().mapToLong(Guests.Guest::cpuMicros).sum() - before < 50_000;
        });
    }

    /** Percentages of what these got together: what else runs on the host is none of theirs. */
    private void divide(String name, List<Guests.Guest> busy, List<Double> targets) throws IOException {
        for (Guests.Guest guest : busy) {
            guest.background(Guests.loops(cpus, SHARE_SECONDS + 6));
        }
        Waits.pause(4_000);
        List<Double> percents = measure(busy, SHARE_SECONDS);
        double sum = percents.stream().mapToDouble(Double::doubleValue).sum();
        for (int i = 0; i < busy.size(); i++) {
            row("%s: %s %%".formatted(name, rounded(targets.get(i))), targets.get(i), percents.get(i) / sum * 100);
        }
    }

    /** Percent of one CPU over so many seconds, by the kernel's counter. */
    private static List<Double> measure(List<Guests.Guest> guests, long seconds) {
        List<Long> before = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        for (Guests.Guest guest : guests) {
            starts.add(System.nanoTime());
            before.add(guest.cpuMicros());
        }
        Waits.pause(seconds * 1_000);
        List<Double> percents = new ArrayList<>();
        for (int i = 0; i < guests.size(); i++) {
            long nanos = System.nanoTime() - starts.get(i);
            percents.add((guests.get(i).cpuMicros() - before.get(i)) * 100_000.0 / nanos);
        }
        return percents;
    }

    private void row(String name, double target, double measured) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("case", name);
        row.put("target_percent", rounded(target));
        row.put("measured_percent", rounded(measured));
        row.put("error_percent", rounded((measured - target) / target * 100));
        rows.add(row);
        out.printf(
                Locale.ROOT,
                "%-75s target %6.2f  measured %6.2f  error %+5.2f %%%n",
                name,
                target,
                measured,
                (measured - target) / target * 100);
    }

    static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
    }
}
