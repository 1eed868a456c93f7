package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * {@code kill -9} of two replicas of the portal and of their MariaDB, again and again, while nodes send readings and periods of ten seconds
 * are billed, paid from credit and taken back in part. Afterwards no reading is lost and none is there twice, and the books are as if nobody
 * had killed anything.
 */
final class KillBilling {
    static final int USUAL = 200;
    private static final int PORTS = 8;
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration DEATH = Duration.ofSeconds(10);
    private static final Duration PROGRESS = Duration.ofSeconds(20);
    private static final Duration BUSY = Duration.ofSeconds(3);
    private static final Duration SETTLE = Duration.ofMinutes(4);
    private static final int PAUSE_MILLIS = 400;
    /** After one in so many all is waited for; else the next death comes as soon as readings are taken again, while something still starts. */
    private static final int PATIENT_ONE_IN = 5;

    private static final String ONE = "portal-1";
    private static final String TWO = "portal-2";
    private static final String BOTH = "both portals";

    private final Instance instance;
    private final Progress progress;
    private final Checks checks;
    private final Sql sql;
    private final int kills;
    private final long seed;
    private final Random random;
    private final Map<String, Portal.Replica> replicas = new LinkedHashMap<>();
    private final Map<String, Integer> deaths = new TreeMap<>();
    private final List<String> suicides = new ArrayList<>();
    private final Path classes;
    private int duringRuns;
    private int gaveUp;
    /** Nothing is started any more. */
    private volatile boolean over;

    private KillBilling(Settings own, Progress progress, int kills, long seed) {
        this.progress = progress;
        this.kills = kills;
        this.seed = seed;
        random = new Random(seed);
        checks = new Checks(progress, "kill-billing");
        instance = new Instance(
                own,
                Map.of(
                        "BERTH_BILLING_PERIOD", "PT10S",
                        "BERTH_BILLING_RUN_EVERY", "1s",
                        "BERTH_MAIL_RUN_EVERY", "1s",
                        "BERTH_RECONCILIATION_RUN_EVERY", "off",
                        "QUARKUS_OIDC_TENANT_ENABLED", "false"));
        sql = new Sql(own);
        classes = own.variable().resolve("portal.jsa");
        int base = own.portalPort();
        replicas.put(ONE, new Portal.Replica(ONE, own.portalPort(), own.managementPort(), own.agentPort()));
        replicas.put(TWO, new Portal.Replica(TWO, base + 5, base + 6, base + 7));
    }

    static KillBilling in(Settings settings, Progress progress, int kills) {
        Settings own = Settings.of(
                settings.root(),
                Map.of(
                        "BERTH_VAR", settings.variable().resolve("kill-billing").toString(),
                        "BERTH_PORT_BASE", Integer.toString(FreePorts.row(PORTS))));
        String given = System.getenv("BERTH_KILL_SEED");
        return new KillBilling(own, progress, kills, given == null ? System.nanoTime() : Long.parseLong(given));
    }

    Tests.Counts run() throws Exception {
        progress.say("kill-billing: seed " + seed + " (BERTH_KILL_SEED repeats the order and the moments)");
        progress.step("portal: build", instance.builds::portal);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            over = true;
            stop();
        }));
        stop();
        Command.of(
                        "rm",
                        "-rf",
                        "--one-file-system",
                        instance.settings.variable().toString())
                .must(Failure.START, "removing the run before");
        try (TokenDesk _ = new TokenDesk(instance.settings)) {
            instance.database.start();
            train();
            replicas.keySet().forEach(this::start);
            awaitAll();
            storm();
        } finally {
            stop();
        }
        return checks.counts();
    }

    /** The first start makes the tables, and an archive of classes that lets each later one begin sooner. */
    private void train() {
        Portal.Replica first = replicas.values().iterator().next();
        startWith(first, "-XX:ArchiveClassesAtExit=" + classes);
        instance.daemons.awaitReady(first.name(), START, first::ready);
        instance.daemons.stop(first.name(), GRACE);
    }

    private void startWith(Portal.Replica replica, String archive) {
        instance.portal.startReplica(
                replica,
                List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:cds=off", archive),
                Map.of());
    }

    private synchronized void start(String part) {
        if (over) {
            throw new Failure(Failure.START, "the run was broken off");
        }
        if (part.equals(MariaDb.NAME)) {
            instance.database.start();
        } else {
            startWith(Optional.ofNullable(replicas.get(part)).orElseThrow(), "-XX:SharedArchiveFile=" + classes);
        }
    }

    private void storm() throws Exception {
        PortalApi operator = PortalApi.operator(instance.settings, instance.secrets);
        BillingFleet fleet = new BillingFleet(sql);
        fleet.make(
                operator,
                replicas.values().stream().mapToInt(Portal.Replica::agent).toArray(),
                seed);
        Clerk clerk = new Clerk(operator, sql, new Random(seed + 1));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            fleet.start(threads);
            threads.submit(clerk);
            try {
                killAll(fleet);
            } finally {
                awaitAll();
                fleet.finish();
                clerk.finish();
            }
            Waits.until(SETTLE, () -> fleet.ended() && clerk.ended());
        }
        progress.say("kill-billing: " + deaths + ", of these " + duringRuns + " while periods were being billed; "
                + fleet.tricks());
        fleet.moveOut();
        books(fleet, clerk);
    }

    private void killAll(BillingFleet fleet) {
        for (int i = 1; i <= kills; i++) {
            long before = fleet.acked();
            Waits.until(
                    PROGRESS, () -> fleet.acked() > before || !fleet.faults().isEmpty());
            if (!fleet.faults().isEmpty()) {
                return;
            }
            if (random.nextBoolean()) {
                // in the middle of a run
                duringRuns += Waits.until(BUSY, this::billing) ? 1 : 0;
            } else {
                Waits.pause(random.nextInt(PAUSE_MILLIS));
            }
            String victim = victim();
            boolean patient = random.nextInt(PATIENT_ONE_IN) == 0;
            List<String> parts = victim.equals(BOTH) ? List.of(ONE, TWO) : List.of(victim);
            parts.forEach(this::kill);
            parts.forEach(this::start);
            deaths.merge(victim, 1, Integer::sum);
            if (patient) {
                awaitAll();
            }
            if (i % 10 == 0 || i == kills) {
                progress.say("kill-billing: %d of %d; %,d readings acknowledged".formatted(i, kills, fleet.acked()));
            }
        }
    }

    private String victim() {
        int dice = random.nextInt(100);
        return dice < 30 ? ONE : dice < 60 ? TWO : dice < 72 ? BOTH : MariaDb.NAME;
    }

    /** Whether a period is over that is not billed yet. */
    private boolean billing() {
        try {
            return !sql.query("SELECT 1 FROM billing_period WHERE state IN ('OPEN', 'PARKED') AND period_to <="
                            + " UTC_TIMESTAMP(6) LIMIT 1")
                    .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private void kill(String part) {
        Optional<ProcessHandle> process = instance.daemons.running(part);
        if (process.isEmpty()) {
            ended(part);
            return;
        }
        process.get().destroyForcibly();
        if (!Waits.until(DEATH, () -> !Daemons.alive(process.get()))) {
            throw new Failure(Failure.START, part + " does not die");
        }
    }

    /** A portal whose database dies while it starts gives up and is started again, as a service would be; nothing else may end. */
    private void ended(String part) {
        boolean begun = !replicas.containsKey(part)
                || Groups.read(instance.settings.log(part)).orElse("").contains(" started in ");
        if (begun) {
            suicides.add(part + ": " + Logs.lastError(instance.settings.log(part)));
        } else {
            gaveUp++;
        }
    }

    private void awaitAll() {
        replicas.forEach((name, replica) -> {
            if (instance.daemons.running(name).isEmpty()) {
                ended(name);
                start(name);
            }
            boolean ready = Waits.until(
                    START,
                    () -> replica.ready() || instance.daemons.running(name).isEmpty());
            if (!ready) {
                throw new Failure(Failure.START, name + " was not ready after " + START.toSeconds() + " s");
            }
            if (instance.daemons.running(name).isEmpty()) {
                ended(name);
                start(name);
                instance.daemons.awaitReady(name, START, replica::ready);
            }
        });
    }

    private void books(BillingFleet fleet, Clerk clerk) throws IOException {
        BillingBooks books = new BillingBooks(sql);
        Waits.until(SETTLE, () -> books.waiting().isEmpty());
        Waits.until(SETTLE, () -> books.unsent().isEmpty());
        int done = deaths.values().stream().mapToInt(Integer::intValue).sum();
        checks.check("there were %d deaths".formatted(done), Checks.same(kills, done));
        checks.check("no part ended by itself", Checks.none(suicides));
        checks.check("what was acknowledged was never taken back", Checks.none(fleet.faults()));
        checks.check(
                "credit was given %d times, %d credit notes were issued"
                        .formatted(clerk.grants.size(), clerk.notes.size()),
                !clerk.grants.isEmpty() && !clerk.notes.isEmpty(),
                "one of them never was");
        checks.check("every node has sent what it wrote", fleet.ended(), "some have not");
        checks.check("staff's requests were carried out", clerk.fault().isEmpty(), clerk.fault());
        checks.all(books.readings(fleet.byId()));
        checks.all(books.bills());
        checks.all(books.ledger(clerk));
        checks.all(books.mail());
        PortalApi operator = PortalApi.operator(instance.settings, instance.secrets);
        Map<String, Object> trail = operator.get("/api/admin/v1/audit-events/verification");
        checks.check(
                "the audit trail's chain holds", Json.text(trail, "brokenAt").isEmpty(), trail.toString());
        Map<String, Object> balance = operator.get("/api/admin/v1/ledger/trial-balance");
        checks.check(
                "the portal finds its ledger sound",
                Json.text(balance, "sound").equals(Optional.of("true")),
                balance.toString());
    }

    private synchronized void stop() {
        List.of(ONE, TWO, MariaDb.NAME).forEach(part -> instance.daemons.stop(part, GRACE));
    }
}
