package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code berth bench billing}: a month of many subscriptions, rated and invoiced by the portal's own bill run on a MariaDB of its own;
 * first a tenth of them, then all, so that what grows with the number of accounts shows.
 */
final class BenchBilling {
    private static final int USUAL = 100_000;
    private static final int FEWEST = 500;
    private static final int MOST = 1_000_000;
    private static final String REPLICA = "portal-bench";
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration RUN = Duration.ofMinutes(60);
    private static final Duration SCAN = Duration.ofMinutes(30);
    private static final long LOOK_MILLIS = 2_000;
    private static final int PORTS = 5;

    /** While the data is made nothing needs to survive a crash. */
    private static final List<String> FILLING = List.of(
            "--innodb-buffer-pool-size=1G",
            "--innodb-log-file-size=2G",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-innodb-doublewrite");

    /** As a server for so many would have it; each commit is on disk. */
    private static final List<String> SERVING = List.of(
            "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M", "--innodb-flush-log-at-trx-commit=1");

    private final Settings own;
    private final Instance instance;
    private final PrintStream out;
    private final Progress progress;
    private final Sql sql;
    private final int subscriptions;

    private BenchBilling(Settings own, PrintStream out, int subscriptions) {
        this.own = own;
        this.out = out;
        this.subscriptions = subscriptions;
        progress = new Progress(out);
        // what is measured is the bill run: nothing that only begins when there are invoices, or looks at nodes that
        // are not there
        instance = new Instance(
                own,
                Map.of(
                        "BERTH_MAIL_RUN_EVERY", "off",
                        "BERTH_RECONCILIATION_RUN_EVERY", "off",
                        "QUARKUS_OIDC_TENANT_ENABLED", "false",
                        "QUARKUS_OIDC_API_TENANT_ENABLED", "false"));
        sql = new Sql(own);
    }

    static BenchBilling of(Settings settings, PrintStream out, List<String> arguments) throws IOException {
        int subscriptions = switch (arguments.size()) {
            case 0 -> USUAL;
            case 2 -> arguments.getFirst().equals("--subscriptions") ? number(arguments.getLast()) : 0;
            default -> 0;
        };
        if (subscriptions < FEWEST || subscriptions > MOST || subscriptions % (10 * BillingData.VPS_OF_ACCOUNT) != 0) {
            throw new Failure(
                    Failure.USAGE,
                    "usage: ./berth bench billing [--subscriptions N], N from %d to %d and a multiple of 50"
                            .formatted(FEWEST, MOST));
        }
        Settings own = Settings.of(
                settings.root(),
                Map.of(
                        "BERTH_VAR",
                                settings.variable().resolve("bench-billing").toString(),
                        "BERTH_PORT_BASE", Integer.toString(FreePorts.row(PORTS))));
        return new BenchBilling(own, out, subscriptions);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    Map<String, Object> run() throws Exception {
        progress.step("portal: build", instance.builds::portal);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        try {
            Pass tenth = pass(subscriptions / 10);
            Pass whole = pass(subscriptions);
            stop();
            // after a failure they stay, to be looked at
            remove();
            return metrics(tenth, whole);
        } finally {
            stop();
        }
    }

    /**
     * What one number of subscriptions gave.
     *
     * @param openSeconds from the first to the last period that was opened, before the first was closed
     */
    private record Pass(
            BillingData data,
            long invoices,
            long lines,
            BigDecimal openSeconds,
            BigDecimal seconds,
            BigDecimal scanSeconds,
            long portalMegabytes,
            long databaseMegabytes,
            long dataMegabytes) {}

    private Pass pass(int count) throws Exception {
        stop();
        remove();
        instance.database.start(FILLING);
        portal("off");
        instance.daemons.stop(REPLICA, GRACE);
        BillingData data = new BillingData(sql, count);
        progress.step("%,d readings of %,d VPS".formatted(data.readings(), count), () -> {
            data.fill();
            return null;
        });
        instance.daemons.stop(MariaDb.NAME, GRACE);
        instance.database.start(SERVING);
        portal("5s");
        progress.step("bill run over %,d accounts".formatted(data.accounts()), () -> {
            await(data.accounts());
            return null;
        });
        long portal = megabytes(REPLICA);
        long database = megabytes(MariaDb.NAME);
        instance.daemons.stop(REPLICA, GRACE);
        progress.step("books", () -> {
            new BillingTruth(sql, data.accounts(), progress).check();
            return null;
        });
        return new Pass(
                data,
                sql.number("SELECT COUNT(*) FROM invoice"),
                sql.number("SELECT COUNT(*) FROM invoice_line"),
                seconds("SELECT TIMESTAMPDIFF(MICROSECOND, MIN(at), MAX(at)) FROM (SELECT FROM_UNIXTIME(CONV(REPLACE("
                        + "LEFT(id, 13), '-', ''), 16, 10) / 1000) AS at FROM billing_period) p"),
                seconds("SELECT TIMESTAMPDIFF(MICROSECOND, (SELECT MIN(started_at) FROM bill_run), MAX(closed_at))"
                        + " FROM billing_period"),
                scan(),
                portal,
                database,
                size());
    }

    private void portal(String runEvery) {
        Portal.Replica replica = new Portal.Replica(REPLICA, own.portalPort(), own.managementPort(), own.agentPort());
        instance.portal.startReplica(replica, Portal.SERVER, Map.of("BERTH_BILLING_RUN_EVERY", runEvery));
        instance.daemons.awaitReady(REPLICA, START, replica::ready);
    }

    /** Until every account has its invoice. */
    private void await(int accounts) {
        long[] said = {0};
        // seldom: who asks takes time from who is measured
        Optional<Long> done = Waits.poll(
                RUN,
                () -> {
                    long closed = closed();
                    if (closed * 10 / accounts > said[0]) {
                        said[0] = closed * 10 / accounts;
                        progress.say("%,d of %,d".formatted(closed, accounts));
                    }
                    boolean over = closed >= accounts
                            || instance.daemons.running(REPLICA).isEmpty();
                    return over ? Optional.of(closed) : Optional.empty();
                },
                LOOK_MILLIS);
        if (done.orElse(0L) < accounts) {
            throw new Failure(
                    Failure.TESTS,
                    "%d of %d accounts were billed after %d minutes".formatted(closed(), accounts, RUN.toMinutes()));
        }
    }

    private long closed() {
        try {
            return sql.number("SELECT COUNT(*) FROM billing_period WHERE state IN ('INVOICED', 'NOTHING_DUE')");
        } catch (IOException e) {
            return 0;
        }
    }

    private BigDecimal seconds(String micros) throws IOException {
        return BigDecimal.valueOf(sql.number(micros)).movePointLeft(6).setScale(1, RoundingMode.HALF_UP);
    }

    /** The same readings, read from the first to the last and summed: what this machine needs only to look at them. */
    private BigDecimal scan() throws IOException {
        long start = System.nanoTime();
        sql.query("SELECT COUNT(*), SUM(cpu_usec), SUM(net_tx_bytes), SUM(memory_byte_seconds) FROM reading", SCAN);
        return BigDecimal.valueOf(System.nanoTime() - start).movePointLeft(9).setScale(1, RoundingMode.HALF_UP);
    }

    /** The most memory that a part ever had. */
    private long megabytes(String part) throws IOException {
        long pid = instance.daemons.running(part).orElseThrow().pid();
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1_024;
            }
        }
        throw new IOException("the kernel does not say how much memory " + part + " had");
    }

    private long size() throws IOException {
        return sql.number(
                "SELECT CAST(SUM(data_length + index_length) / 1048576 AS INTEGER) FROM information_schema.tables"
                        + " WHERE table_schema = 'berth'");
    }

    private Map<String, Object> metrics(Pass tenth, Pass whole) {
        out.printf(Locale.ROOT, "%,d subscriptions: %s s%n", subscriptions / 10, tenth.seconds());
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("subscriptions", subscriptions);
        metrics.put("accounts", whole.data().accounts());
        metrics.put("readings", whole.data().readings());
        metrics.put("seconds", whole.seconds());
        metrics.put("open_seconds", whole.openSeconds());
        metrics.put("invoices", whole.invoices());
        metrics.put("lines", whole.lines());
        metrics.put("invoices_per_second", ratio(BigDecimal.valueOf(whole.invoices()), whole.seconds()));
        metrics.put("scan_seconds", whole.scanSeconds());
        metrics.put("seconds_to_scan", ratio(whole.seconds(), whole.scanSeconds()));
        metrics.put("peak_rss_mb", whole.portalMegabytes());
        metrics.put("peak_rss_mb_database", whole.databaseMegabytes());
        metrics.put("data_mb", whole.dataMegabytes());
        metrics.put("seconds_tenth", tenth.seconds());
        metrics.put("peak_rss_mb_tenth", tenth.portalMegabytes());
        metrics.put(
                "rss_growth",
                ratio(BigDecimal.valueOf(whole.portalMegabytes()), BigDecimal.valueOf(tenth.portalMegabytes())));
        return metrics;
    }

    private static BigDecimal ratio(BigDecimal one, BigDecimal other) {
        return other.signum() == 0 ? BigDecimal.ZERO : one.divide(other, 2, RoundingMode.HALF_UP);
    }

    private void stop() {
        List<String> parts = new ArrayList<>(List.of(REPLICA, MariaDb.NAME));
        parts.forEach(part -> instance.daemons.stop(part, GRACE));
    }

    /** Tens of gigabytes that nobody wants to keep. */
    private void remove() {
        Command.of(
                        "rm",
                        "-rf",
                        "--one-file-system",
                        own.variable().resolve(MariaDb.NAME).toString())
                .within(Duration.ofMinutes(5))
                .must(Failure.START, "removing the data of a run");
    }
}
