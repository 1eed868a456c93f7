package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Thirty random {@code kill -9} of berthd and of the portal while VPS are ordered, stopped, started and deleted. Afterwards nothing
 * is left over, the ledger balances, the journal's chain holds, and what was metered is what the kernel counted.
 */
final class Kill {
    private static final int KILLS = 30;
    private static final int CUSTOMERS = 3;
    private static final int SHORTEST_PAUSE_MILLIS = 200;
    private static final int PAUSE_MILLIS = 2_300;
    private static final Duration SETTLE = Duration.ofMinutes(4);
    private static final Duration NODE_READY = Duration.ofSeconds(60);

    private final Instance instance;
    private final Progress progress;
    private final long seed;
    private final List<String> failures = new ArrayList<>();
    private int passed;

    Kill(Instance instance, Progress progress) {
        this.instance = instance;
        this.progress = progress;
        String given = System.getenv("BERTH_KILL_SEED");
        seed = given == null ? System.nanoTime() : Long.parseLong(given);
    }

    Tests.Counts run() throws Exception {
        progress.say("kill: seed " + seed + " (BERTH_KILL_SEED repeats it)");
        Oracle oracle = new Oracle(instance.settings);
        List<Churn> customers = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Shop shop = new Shop(instance);
            for (int i = 0; i < CUSTOMERS; i++) {
                Churn churn = new Churn(shop, new Random(seed + i + 1), "churn" + i, over);
                customers.add(churn);
                threads.submit(churn);
            }
            threads.submit(() -> oracle.watch(over));
            try {
                killAll(new Random(seed));
            } finally {
                customers.forEach(Churn::finish);
                over.set(Waits.until(SETTLE, () -> customers.stream().allMatch(Churn::ended)));
            }
            check(
                    "every VPS was deleted in the end",
                    customers.stream().allMatch(Churn::done)
                            ? Optional.empty()
                            : Optional.of("still open: "
                                    + customers.stream().map(Churn::toString).toList()));
            over.set(true);
        }
        afterwards(oracle, customers);
        failures.forEach(failure -> progress.say("kill: FAILED " + failure));
        return new Tests.Counts(passed, failures.size(), 0);
    }

    private void killAll(Random random) {
        for (int i = 1; i <= KILLS; i++) {
            Waits.pause(SHORTEST_PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS));
            if (random.nextInt(3) == 0) {
                kill(Portal.NAME);
                instance.portal.start();
                instance.portal.awaitReady();
            } else {
                kill(NodeDaemon.NAME);
                instance.node.start(false, instance.secrets.write("join-token", ""));
                instance.node.awaitReady();
            }
            progress.say("kill %d/%d survived".formatted(i, KILLS));
        }
    }

    private void kill(String part) {
        ProcessHandle process = instance.daemons
                .running(part)
                .orElseThrow(() -> new Failure(Failure.START, part + " had ended by itself"));
        process.destroyForcibly();
        if (!Waits.until(Duration.ofSeconds(10), () -> !Daemons.alive(process))) {
            throw new Failure(Failure.START, part + " does not die");
        }
    }

    private void afterwards(Oracle oracle, List<Churn> customers) throws IOException {
        Leftovers leftovers = new Leftovers(instance.settings);
        Waits.until(NODE_READY, () -> leftovers.all().isEmpty());
        leftovers.checks().forEach(this::check);
        Command.Result verify = instance.node.ask("verify");
        check("the journal's chain holds", verify.ok() ? Optional.empty() : Optional.of(verify.output()));
        Sql sql = new Sql(instance.settings);
        check("the ledger balances", sql.unbalanced());
        long ordered = customers.stream().mapToLong(Churn::ordered).sum();
        check("something was ordered", ordered > 0 ? Optional.empty() : Optional.of("nothing"));
        progress.say("kill: " + oracle.summary(sql));
        check("what was metered is what the kernel counted", oracle.compare(sql));
    }

    private void check(String what, Optional<String> fault) {
        if (fault.isEmpty()) {
            passed++;
            progress.say("kill: " + what);
        } else {
            failures.add(what + ": " + fault.get());
        }
    }
}
