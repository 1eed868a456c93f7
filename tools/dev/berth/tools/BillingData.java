package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Accounts with five VPS each and a month of hourly readings, written into the portal's tables by SQL: in the form that ingest gives them, but past it.
 * Hashes and signatures are only as long as real ones; nothing in a bill run looks at them.
 */
final class BillingData {
    static final int VPS_OF_ACCOUNT = 5;
    static final int CONTEXTS_OF_NODE = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(40);
    private static final int SIDE_BY_SIDE = 2;
    /** A prime: VPS of an account are on different nodes, and not in the order of the accounts. */
    private static final int STEP = 7_919;

    private static final String IMAGE = "00000001-00e0-7000-8000-000000000000";

    /** What each VPS uses in an hour differs, and some use more than their plans include. */
    private static final String COUNTERS =
            "h.seq * (90000000 + vps % 997 * 1000000), h.seq * 1000, h.seq * 3600 * (134217728 + vps % 31 * 8388608),"
                    + " h.seq * 3600 * (1073741824 + vps % 17 * 67108864), h.seq * (7000000 + vps % 9973 * 400000),"
                    + " h.seq * 9000000, h.seq * 500000, h.seq * 800000, h.seq * 3600, h.seq * 3600, 60000";

    private final Sql sql;
    private final int subscriptions;
    private final int nodes;
    private final int hours;

    /** @param subscriptions a multiple of five, not of {@value #STEP} */
    BillingData(Sql sql, int subscriptions) throws IOException {
        this.sql = sql;
        this.subscriptions = subscriptions;
        nodes = Math.max(1, (subscriptions + CONTEXTS_OF_NODE - 1) / CONTEXTS_OF_NODE);
        // February is shorter than 720 hours
        hours = (int) Math.min(
                720, sql.number("SELECT TIMESTAMPDIFF(HOUR, " + MONTH + " - INTERVAL 1 MONTH, " + MONTH + ")"));
    }

    /** Where the month that is under way began, and the one that is billed ended. */
    private static final String MONTH = "CAST(DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-01') AS DATETIME(6))";

    int accounts() {
        return subscriptions / VPS_OF_ACCOUNT;
    }

    int hours() {
        return hours;
    }

    /** Hourly ones, and the first. */
    long readings() {
        return (long) subscriptions * (hours + 1);
    }

    private static String id(String kind, String number) {
        return "CONCAT(LPAD(HEX(" + number + "), 8, '0'), '-" + kind + "-7000-8000-000000000000')";
    }

    private String begun() {
        return "(" + MONTH + " - INTERVAL " + hours + " HOUR)";
    }

    void fill() throws Exception {
        people();
        machines();
        partitions();
        journals();
        sql.query("ANALYZE TABLE account, vps, subscription, billing_profile, node_journal, reading_edge", LIMIT);
    }

    private void people() throws IOException {
        run("INSERT INTO account (id, kind, name, email, currency, may_pay_by_invoice, created_at) SELECT "
                + id("00a0", "seq")
                + ", 'CUSTOMER', CONCAT('Customer ', seq), CONCAT('customer', seq, '@example.org'), 'EUR', TRUE, "
                + begun()
                + " FROM seq_0_to_" + (accounts() - 1));
        run(
                "INSERT INTO billing_profile (account_id, version, valid_from, legal_name, street, postal_code, city, country,"
                        + " language, time_zone, actor) SELECT " + id("00a0", "seq") + ", 1, " + begun()
                        + ", CONCAT('Customer ', seq), CONCAT('Quay ', seq), '20457', 'Hamburg', 'DE', 'de', 'UTC', 'bench'"
                        + " FROM seq_0_to_" + (accounts() - 1));
    }

    private void machines() throws IOException {
        run("INSERT INTO image (id, digest, name, distribution, release_name, size_bytes, created_at) VALUES ('" + IMAGE
                + "', CONCAT('sha256:', SHA2('bench', 256)), 'bench', 'bench', '1', 1, UTC_TIMESTAMP(6))");
        run("INSERT INTO node (id, name, state, last_seen_at, created_at) SELECT " + id("00d0", "seq")
                + ", CONCAT('bench', seq), 'ACTIVE', UTC_TIMESTAMP(6), " + begun() + " FROM seq_0_to_" + (nodes - 1));
        run("CREATE DATABASE bench");
        run(
                "CREATE TABLE bench.place (node INT, slot INT, vps INT, plan UUID, context UUID, PRIMARY KEY (node, slot))");
        run("CREATE TABLE bench.plan (k INT PRIMARY KEY, version UUID)");
        run("INSERT INTO bench.plan SELECT k.seq, v.id FROM seq_0_to_4 k JOIN plan p ON p.slug ="
                + " ELT(k.seq + 1, 'skiff', 'dinghy', 'as-measured', 'skiff', 'cutter') JOIN plan_version v ON v.plan_id = p.id"
                + " AND v.version = 1");
        run("INSERT INTO bench.place SELECT CAST(seq * " + STEP + " % " + subscriptions + " AS INTEGER) % " + nodes
                + ", CAST(seq * " + STEP + " % " + subscriptions + " AS INTEGER) DIV " + nodes + ", seq, b.version, "
                + id("00b0", "seq") + " FROM seq_0_to_" + (subscriptions - 1) + " JOIN bench.plan b ON b.k = seq % 5");
        run(
                "INSERT INTO vps (id, account_id, node_id, plan_version_id, image_id, hostname, desired_state, observed_state,"
                        + " observed_generation, observed_at, revision, created_at) SELECT context, "
                        + id("00a0", "vps DIV 5") + ", "
                        + id("00d0", "node") + ", plan, '" + IMAGE + "', CONCAT('host', vps), 'RUNNING', 'RUNNING', 1,"
                        + " UTC_TIMESTAMP(6), slot + 1, " + begun() + " FROM bench.place ORDER BY vps");
        run("INSERT INTO subscription (id, vps_id, account_id, plan_version_id, valid_from) SELECT " + id("00c0", "vps")
                + ", context, " + id("00a0", "vps DIV 5") + ", plan, " + begun() + " FROM bench.place ORDER BY vps");
    }

    /** As the portal would have cut them when these months came. */
    private void partitions() throws IOException {
        StringBuilder parts = new StringBuilder();
        for (int i = -1; i <= 3; i++) {
            List<String> row = sql.query("SELECT DATE_FORMAT(" + MONTH + " + INTERVAL " + i + " MONTH, 'p%Y%m'), DATE("
                            + MONTH + " + INTERVAL " + (i + 1) + " MONTH)")
                    .getFirst();
            parts.append("PARTITION ")
                    .append(row.get(0))
                    .append(" VALUES LESS THAN ('")
                    .append(row.get(1))
                    .append("'), ");
        }
        run("ALTER TABLE reading REORGANIZE PARTITION p_later INTO (" + parts
                + "PARTITION p_later VALUES LESS THAN (MAXVALUE))");
    }

    private void journals() throws Exception {
        List<Future<?>> under = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            for (int node = 0; node < nodes; node++) {
                int one = node;
                under.add(threads.submit(() -> {
                    journal(one);
                    return null;
                }));
            }
            for (Future<?> one : under) {
                one.get();
            }
        }
    }

    /** Every hour a reading of each context. Every tenth context was stopped and started once. */
    private void journal(int node) throws IOException {
        long contexts = sql.number("SELECT COUNT(*) FROM bench.place WHERE node = " + node);
        String id = id("00d0", Integer.toString(node));
        String seq = "(h.seq * " + contexts + " + slot + 1)";
        String at = "(@begun + INTERVAL h.seq HOUR)";
        String stopped = "(vps % 10 = 3 AND h.seq = 300)";
        String started = "(vps % 10 = 3 AND h.seq = 301)";
        String rows = " FROM seq_0_to_" + hours + " h STRAIGHT_JOIN bench.place p WHERE p.node = " + node;
        run("SET @begun = " + begun() + ", @node = " + id + ";"
                + "INSERT INTO node_journal (node_id, acked_seq, last_hash) VALUES (@node, " + (hours + 1) * contexts
                + ", UNHEX(SHA2('bench', 256)));"
                + "INSERT INTO reading_batch (node_id, last_seq, first_seq, signature, public_key, received_at)"
                + " SELECT @node, (seq + 1) * " + contexts + ", seq * " + contexts
                + " + 1, REPEAT('A', 96), REPEAT('k', 91),"
                + " @begun + INTERVAL seq HOUR FROM seq_0_to_" + hours + ";"
                + "INSERT INTO reading (node_id, seq, context_id, kind, generation, boot_id, start_no, utc, effective_at,"
                + " monotonic_nanos, running, cpu_usec, cpu_throttled_usec, memory_byte_seconds, disk_byte_seconds,"
                + " net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes, address_seconds, uptime_seconds, cpu_tokens,"
                + " prev_hash, hash, known, faulty) SELECT @node, " + seq + ", context, IF(h.seq = 0 OR " + started
                + ", 'OPEN', IF(" + stopped
                + ", 'CLOSE', 'SAMPLE')), 1, @node, IF(vps % 10 = 3 AND h.seq > 300, 2, 1), " + at
                + ", " + at + ", h.seq * 3600000000000, TRUE, " + COUNTERS + ", UNHEX(SHA2(CONCAT(@node, " + seq
                + " - 1), 256)), UNHEX(SHA2(CONCAT(@node, " + seq + "), 256)), TRUE, FALSE" + rows + ";"
                + "INSERT INTO reading_edge (node_id, context_id, effective_at, seq, before_seq, before_at, faulty)"
                + " SELECT @node, context, " + at + ", " + seq + ", " + seq + " - " + contexts + ", " + at
                + " - INTERVAL 1 HOUR, FALSE" + rows + " AND (" + stopped + " OR " + started + ")");
    }

    private void run(String statement) throws IOException {
        sql.query(statement, LIMIT);
    }
}
