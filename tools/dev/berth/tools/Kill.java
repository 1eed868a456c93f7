package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Thirty random {@code kill -9} of berthd, of the portal and of MariaDB while VPS are ordered, stopped, started, restarted and
 * deleted. Afterwards the same is true as if nobody had killed anything: every request had its effect once, who stayed is served,
 * what was deleted left nothing, and what was metered and billed is what the kernel was seen to do.
 */
final class Kill {
    private static final int CUSTOMERS = 5;
    private static final int FEWEST_CONTEXTS = 20;
    private static final long MOST_LOOKS_PERCENT = 90;
    private static final int GRANT_PAUSE_MILLIS = 2_000;
    private static final Duration SETTLE = Duration.ofMinutes(4);
    private static final Duration TIDY = Duration.ofSeconds(60);
    /** Where berthd begins to give out ranges of ids: a range that was given back is the first to be given again. */
    private static final long FIRST_BASE_ID = 32 * 65_536;

    private final Instance instance;
    private final Progress progress;
    private final Checks checks;
    private final long seed;
    private final Receipts receipts = new Receipts();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Map<String, Groups.Init> first = new HashMap<>();
    private final List<String> interrupted = new ArrayList<>();
    private int survivals;

    Kill(Instance instance, Progress progress) {
        this.instance = instance;
        this.progress = progress;
        checks = new Checks(progress, "kill");
        String given = System.getenv("BERTH_KILL_SEED");
        seed = given == null ? System.nanoTime() : Long.parseLong(given);
    }

    Tests.Counts run() throws Exception {
        progress.say("kill: seed " + seed + " (BERTH_KILL_SEED repeats it)");
        Shop shop = new Shop(instance);
        Books books = new Books(instance);
        Oracle oracle = new Oracle(instance);
        Resident steady = new Resident(instance, shop, buyer(shop, 1), "steady");
        Resident lively = new Resident(instance, shop, buyer(shop, 2), "lively");
        AtomicBoolean watched = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> oracle.watch(watched));
            try {
                steady.moveIn();
                lively.moveIn();
                steady.furnish();
                storm(threads, shop, lively, () -> look(oracle, steady));
                stayed(steady, lively);
                steady.moveOut();
                lively.moveOut();
                settled(books, oracle);
                books(books, oracle);
                afterlife(shop, books);
            } finally {
                over.set(true);
                watched.set(true);
            }
        }
        return checks.counts();
    }

    private Buyer buyer(Shop shop, int number) {
        return new Buyer(shop, receipts, new Random(seed + number), over);
    }

    /** Customers at work, and the killing; both are over when it returns. */
    private void storm(ExecutorService threads, Shop shop, Resident lively, Runnable whileDead) {
        Victims victims = new Victims(instance, progress, seed);
        AtomicBoolean enough = new AtomicBoolean();
        List<Churn> customers = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            Random random = new Random(seed + 100 + i);
            customers.add(new Churn(shop, buyer(shop, 10 + i), random, "churn" + i));
        }
        customers.forEach(threads::submit);
        Task change = new Task(threads, "changes", enough, () -> {
            Waits.pause(GRANT_PAUSE_MILLIS);
            Churn.change(buyer(shop, 3), new Random(), lively.vpsId());
        });
        Task grants = new Task(threads, "grants", enough, () -> {
            Waits.pause(GRANT_PAUSE_MILLIS);
            buyer(shop, 4).grant();
        });
        try {
            victims.killAll(receipts.operations::size, whileDead);
        } finally {
            enough.set(true);
            customers.forEach(Churn::finish);
        }
        Waits.until(SETTLE, () -> customers.stream().allMatch(Churn::ended) && change.ended() && grants.ended());
        progress.say("kill: " + receipts);
        receipts.alarms.forEach(alarm -> progress.say("kill: staff were called: " + alarm));
        checks.check("no part ended by itself", Checks.none(victims.suicides()));
        checks.check("berthd met no fault of its own", Checks.none(victims.complaints()));
        List<String> faults =
                new ArrayList<>(customers.stream().map(Churn::fault).toList());
        faults.add(change.fault());
        faults.add(grants.fault());
        faults.removeIf(String::isEmpty);
        checks.check("every request was carried out in the end", Checks.none(faults));
    }

    /** Something that is done again and again until it is enough. */
    private static final class Task {
        private volatile boolean ended;
        private volatile String fault = "";
        private final String name;

        Task(ExecutorService threads, String name, AtomicBoolean enough, Deed deed) {
            this.name = name;
            threads.submit(() -> {
                try {
                    while (!enough.get()) {
                        deed.run();
                    }
                } catch (IOException | RuntimeException e) {
                    fault = name + ": " + e;
                } finally {
                    ended = true;
                }
            });
        }

        boolean ended() {
            return ended;
        }

        String fault() {
            return ended ? fault : name + " go on";
        }
    }

    @FunctionalInterface
    private interface Deed {
        void run() throws IOException;
    }

    /** While berthd is dead: who is left alone must still be the same process. */
    private void look(Oracle oracle, Resident steady) {
        Optional<Groups.Init> now = oracle.init(steady.vpsId());
        now.ifPresent(init -> first.putIfAbsent(steady.vpsId(), init));
        Optional<Groups.Init> before = Optional.ofNullable(first.get(steady.vpsId()));
        if (now.isEmpty() || !now.equals(before)) {
            interrupted.add("process 1 was %s, is %s".formatted(before, now));
        }
        survivals++;
    }

    private void stayed(Resident steady, Resident lively) throws IOException {
        checks.check(
                "a context ran on, as the same process, through %d looks while berthd was dead".formatted(survivals),
                survivals > 1 ? Checks.none(interrupted) : Optional.of("nobody looked"));
        checks.all(steady.checks());
        checks.all(lively.checks());
        checks.check("the files of steady are there", steady.furnished());
    }

    private void settled(Books books, Oracle oracle) throws IOException {
        Leftovers leftovers = new Leftovers(instance.settings);
        Waits.until(TIDY, () -> leftovers.all().isEmpty());
        checks.all(leftovers.checks());
        checks.all(books.released());
        checks.check("the oracle sees nothing run", Checks.same(0L, oracle.running()));
    }

    private void books(Books books, Oracle oracle) throws IOException {
        checks.all(books.effects(receipts));
        checks.all(books.readings());
        Map<String, Map<String, Long>> metered = books.metered();
        metered.keySet().retainAll(receipts.orders.values());
        oracle.summary(metered).forEach(line -> progress.say("kill: " + line));
        checks.all(oracle.compare(metered));
        checks.check("what was sent to contexts was metered", books.traffic(metered));
        checks.all(books.money());
        checks.check(
                "%d contexts were made".formatted(oracle.contexts()),
                oracle.contexts() >= FEWEST_CONTEXTS,
                "fewer than " + FEWEST_CONTEXTS);
        checks.check(
                "several were there at once in %d %% of all looks".formatted(oracle.severalPercent()),
                oracle.severalPercent() >= MOST_LOOKS_PERCENT,
                "less than " + MOST_LOOKS_PERCENT);
    }

    /** All of it still works, and what was given back is given again. */
    private void afterlife(Shop shop, Books books) throws IOException {
        Resident last = new Resident(instance, shop, buyer(shop, 5), "afterlife");
        last.moveIn();
        checks.check(
                "the first range of user ids is given out again",
                Checks.same(FIRST_BASE_ID, books.baseId(last.vpsId())));
        checks.all(last.checks());
        last.moveOut();
        Leftovers leftovers = new Leftovers(instance.settings);
        Waits.until(TIDY, () -> leftovers.all().isEmpty());
        checks.check("and it left nothing behind, either", Checks.none(leftovers.all()));
    }
}
