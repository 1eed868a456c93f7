package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be in the portal's and the node's databases when a run is over, asked of the databases and not of the portal. */
final class Books {
    private static final Duration UPLOAD = Duration.ofSeconds(30);
    private static final Duration BILL_RUN = Duration.ofSeconds(20);
    /** Stands for a context in readings of the host itself. */
    private static final String HOST = "00000000-0000-0000-0000-000000000000";

    private static final String NODE = "(SELECT id FROM node WHERE name = 'node1')";

    private final Instance instance;
    private final Sql sql;
    private final NodeStore node;
    private final Counts before;

    Books(Instance instance) throws IOException {
        this.instance = instance;
        sql = new Sql(instance.settings);
        node = new NodeStore(instance.settings);
        before = count();
    }

    /** How many of everything there are that a request makes. */
    private record Counts(long vps, long orders, long operations, long subscriptions, long grants, long keys) {}

    private Counts count() throws IOException {
        return new Counts(
                sql.number("SELECT COUNT(*) FROM vps"),
                sql.number("SELECT COUNT(*) FROM vps_order"),
                sql.number("SELECT COUNT(*) FROM operation"),
                sql.number("SELECT COUNT(*) FROM subscription"),
                sql.number("SELECT COUNT(*) FROM ledger_transfer WHERE source_type = 'credit-grant'"),
                sql.number("SELECT COUNT(*) FROM idempotency_key"));
    }

    /** Each request had its effect, and had it once. */
    Map<String, Optional<String>> effects(Receipts receipts) throws IOException {
        Counts now = count();
        long orders = receipts.orders.size();
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put("a repeated request was answered as before", Checks.none(receipts.contradictions));
        checks.put("there are as many VPS as keys of orders", Checks.same(orders, now.vps() - before.vps()));
        checks.put("there are as many orders", Checks.same(orders, now.orders() - before.orders()));
        checks.put(
                "there are as many subscriptions", Checks.same(orders, now.subscriptions() - before.subscriptions()));
        checks.put(
                "each key of an order made another VPS",
                Checks.same(orders, receipts.orders.values().stream().distinct().count()));
        checks.put(
                "there are as many operations as keys of orders and actions",
                Checks.same((long) receipts.operations.size(), now.operations() - before.operations()));
        checks.put(
                "there are as many entries of credit in the ledger as keys of grants",
                Checks.same((long) receipts.grants.size(), now.grants() - before.grants()));
        checks.put(
                "every key was kept with its answer",
                Checks.same((long) receipts.operations.size() + receipts.grants.size(), now.keys() - before.keys()));
        checks.put(
                "no key was kept without an answer",
                Checks.none(
                        sql.lines("SELECT caller, key_text FROM idempotency_key WHERE status = 0 OR body IS NULL")));
        return checks;
    }

    /** Nothing is held for contexts that are gone. */
    Map<String, Optional<String>> released() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put(
                "every VPS is gone in the portal",
                Checks.none(sql.lines("SELECT id, desired_state, observed_state FROM vps WHERE observed_state <> 'GONE'"
                        + " OR deleted_at IS NULL")));
        checks.put(
                "every operation has ended",
                Checks.none(sql.lines("SELECT id, vps_id, kind, state, failure FROM operation"
                        + " WHERE state NOT IN ('SUCCEEDED', 'CANCELLED')")));
        checks.put(
                "every subscription has ended",
                Checks.none(sql.lines("SELECT id, vps_id FROM subscription WHERE valid_to IS NULL")));
        checks.put(
                "no address is assigned",
                Checks.none(sql.lines("SELECT address, state, vps_id FROM ip_address WHERE state = 'ASSIGNED'")));
        checks.put(
                "every address that was used is in quarantine, none for ever",
                Checks.none(sql.lines("SELECT a.address, a.state, a.free_after FROM ip_address a WHERE a.id IN (SELECT"
                        + " address_id FROM ip_assignment WHERE valid_to > UTC_TIMESTAMP() - INTERVAL 5 MINUTE)"
                        + " AND (a.state <> 'QUARANTINE' OR a.free_after > UTC_TIMESTAMP() + INTERVAL 11 MINUTE)")));
        checks.put(
                "every assignment of an address has ended",
                Checks.none(sql.lines("SELECT address_id, vps_id FROM ip_assignment WHERE valid_to IS NULL")));
        checks.put(
                "no capacity of a node is reserved",
                Checks.none(sql.lines("SELECT name, reserved_cpu_milli, reserved_memory_bytes, reserved_disk_bytes FROM"
                        + " node WHERE reserved_cpu_milli + reserved_memory_bytes + reserved_disk_bytes <> 0")));
        checks.put(
                "no context is in quarantine",
                Checks.none(sql.lines("SELECT context_id, last_seen_at FROM quarantined_context")));
        checks.put(
                "no range of user ids is held on the node",
                Checks.none(node.column("SELECT context_id || ' ' || base_id FROM context WHERE base_id IS NOT NULL")));
        checks.put(
                "the node knows that every context is gone",
                Checks.none(node.column("SELECT context_id || ' ' || generation FROM context WHERE gone = 0")));
        checks.put(
                "no meter and no bank of CPU is left on the node",
                Checks.none(node.column("SELECT context_id FROM meter UNION SELECT context_id FROM bank")));
        return checks;
    }

    /** Readings: neither lost nor twice. */
    Map<String, Optional<String>> readings() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        Waits.until(UPLOAD, () -> uploaded().isEmpty());
        checks.put("every reading of the node's journal is in the portal, once and as it was written", uploaded());
        checks.put(
                "the node's journal has no gap",
                Checks.none(node.column("SELECT 'after ' || a.seq FROM journal a WHERE a.seq < (SELECT MAX(seq) FROM"
                        + " journal) AND NOT EXISTS (SELECT 1 FROM journal b WHERE b.seq = a.seq + 1)")));
        checks.put(
                "the portal's readings have no gap",
                Checks.none(sql.lines("SELECT node_id, seq FROM (SELECT node_id, seq, LAG(seq) OVER (PARTITION BY"
                        + " node_id ORDER BY seq) AS prev FROM reading) r WHERE seq <> COALESCE(prev, 0) + 1")));
        checks.put(
                "each of the portal's readings follows the one before",
                Checks.none(sql.lines(
                        "SELECT node_id, seq FROM (SELECT node_id, seq, HEX(prev_hash) AS said, LAG(HEX(hash))"
                                + " OVER (PARTITION BY node_id ORDER BY seq) AS is_ FROM reading) r"
                                + " WHERE said <> COALESCE(is_, REPEAT('0', 64))")));
        checks.put(
                "no counter of a context ever went back",
                Checks.none(sql.lines("SELECT context_id, seq, kind FROM (SELECT r.*, LAG(cpu_usec) OVER w AS a,"
                        + " LAG(net_tx_bytes) OVER w AS b, LAG(net_rx_bytes) OVER w AS c,"
                        + " LAG(uptime_seconds) OVER w AS d, LAG(address_seconds) OVER w AS e,"
                        + " LAG(memory_byte_seconds) OVER w AS f, LAG(disk_byte_seconds) OVER w AS g"
                        + " FROM reading r WINDOW w AS (PARTITION BY context_id ORDER BY seq)) x WHERE faulty"
                        + " OR cpu_usec < a OR net_tx_bytes < b OR net_rx_bytes < c OR uptime_seconds < d"
                        + " OR address_seconds < e OR memory_byte_seconds < f OR disk_byte_seconds < g")));
        checks.put(
                "each start was opened once and closed once",
                Checks.none(
                        sql.lines(
                                "SELECT context_id, start_no, SUM(kind = 'OPEN') AS opened, SUM(kind = 'CLOSE') AS"
                                        + " closed FROM reading WHERE start_no > 0 GROUP BY 1, 2 HAVING opened <> 1 OR closed < 1")));
        checks.put(
                "every reading is of a VPS that the portal knew",
                Checks.none(sql.lines(
                        "SELECT context_id, seq FROM reading WHERE NOT known AND context_id <> '" + HOST + "'")));
        boolean read = !sql.lines("SELECT seq FROM reading WHERE NOT known AND context_id = '" + HOST + "' LIMIT 1")
                .isEmpty();
        checks.put(
                "the host was read, too, and is nobody's",
                read ? Optional.empty() : Optional.of("no reading of it came"));
        Command.Result verify = instance.node.ask("verify");
        checks.put(
                "berthd finds its journal's chain whole",
                verify.ok() ? Optional.empty() : Optional.of(verify.output()));
        return checks;
    }

    private Optional<String> uploaded() {
        try {
            List<String> there = node.lines("SELECT seq, lower(hash), context_id FROM journal ORDER BY seq");
            List<String> here = sql.lines(
                    "SELECT seq, LOWER(HEX(hash)), context_id FROM reading WHERE node_id = " + NODE + " ORDER BY seq");
            List<String> lost = new ArrayList<>(there);
            lost.removeAll(new java.util.HashSet<>(here));
            List<String> invented = new ArrayList<>(here);
            invented.removeAll(new java.util.HashSet<>(there));
            if (lost.isEmpty() && invented.isEmpty() && there.size() == here.size() && !here.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of("%d in the journal, %d in the portal; not in the portal: %s; only in the portal: %s"
                    .formatted(
                            there.size(),
                            here.size(),
                            Checks.none(lost).orElse("none"),
                            Checks.none(invented).orElse("none")));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** Counters of each context's last reading, by column. */
    Map<String, Map<String, Long>> metered() throws IOException {
        List<String> columns = List.of(
                "cpu_usec",
                "net_tx_bytes",
                "net_rx_bytes",
                "uptime_seconds",
                "address_seconds",
                "memory_byte_seconds",
                "disk_byte_seconds");
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        for (List<String> row : sql.query("SELECT context_id, " + String.join(", ", columns)
                + " FROM reading WHERE (node_id, seq) IN (SELECT node_id, MAX(seq) FROM reading GROUP BY node_id,"
                + " context_id)")) {
            Map<String, Long> counters = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                counters.put(columns.get(i), Long.parseLong(row.get(i + 1)));
            }
            all.put(row.getFirst(), counters);
        }
        return all;
    }

    /** What was sent to contexts on purpose was metered at least. */
    Optional<String> traffic(Map<String, Map<String, Long>> metered) throws IOException {
        List<String> faults = new ArrayList<>();
        Map<String, Long> sent = Traffic.sent();
        for (List<String> row : sql.query("SELECT a.address, s.vps_id FROM ip_assignment s JOIN ip_address a"
                + " ON a.id = s.address_id WHERE s.valid_from > UTC_TIMESTAMP() - INTERVAL 10 MINUTE")) {
            long bytes = sent.getOrDefault(row.get(0), 0L);
            long received = metered.getOrDefault(row.get(1), Map.of()).getOrDefault("net_rx_bytes", 0L);
            if (received < bytes) {
                faults.add("%s was sent %d bytes and metered %d".formatted(row.get(1), bytes, received));
            }
        }
        return sent.isEmpty() ? Optional.of("nothing was sent") : Checks.none(faults);
    }

    Map<String, Optional<String>> money() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        PortalApi operator = PortalApi.operator(instance.settings, instance.secrets);
        checks.put(
                "the trial balance is zero in each currency",
                Checks.none(sql.lines("SELECT currency, SUM(amount) FROM (SELECT currency, amount FROM"
                        + " ledger_transfer t JOIN ledger_account USING (currency) WHERE owner = debit_owner AND kind ="
                        + " debit_kind UNION ALL SELECT currency, -amount FROM ledger_transfer t JOIN ledger_account"
                        + " USING (currency) WHERE owner = credit_owner AND kind = credit_kind) s GROUP BY 1"
                        + " HAVING SUM(amount) <> 0")));
        checks.put(
                "what accounts owe in the ledger is what their open invoices say",
                Checks.none(sql.lines("SELECT a.id, (SELECT COALESCE(SUM(IF(debit_owner = a.id AND debit_kind ="
                        + " 'RECEIVABLE', amount, 0) - IF(credit_owner = a.id AND credit_kind = 'RECEIVABLE', amount, 0)),"
                        + " 0) FROM ledger_transfer) AS owed, (SELECT COALESCE(SUM(total), 0) FROM invoice i WHERE"
                        + " i.account_id = a.id AND i.state = 'FINAL') AS open_ FROM account a HAVING owed <> open_")));
        checks.put("the portal says so, too", sound(operator.get("/api/admin/v1/ledger/trial-balance"), "sound"));
        Map<String, Object> trail = operator.get("/api/admin/v1/audit-events/verification");
        boolean whole = Json.text(trail, "brokenAt").isEmpty()
                && !Json.text(trail, "events").equals(Optional.of("0"));
        checks.put("the audit trail's chain holds", whole ? Optional.empty() : Optional.of(trail.toString()));
        Waits.until(BILL_RUN, () -> waiting().isEmpty());
        checks.put("every period that is over has been billed", waiting());
        Bills.Verdict bills = new Bills(sql).check();
        checks.put(
                "%d invoices over %s say what the oracle computed".formatted(bills.invoices(), bills.sum()),
                Checks.none(bills.faults()));
        checks.put("periods were billed during the run", bills.invoices() > 1 ? Optional.empty() : Optional.of("none"));
        checks.put(
                "invoice numbers have no gap",
                Checks.none(sql.lines("SELECT s.seller, s.series, s.last_number, COUNT(i.id), MAX(i.number) FROM"
                        + " invoice_series s LEFT JOIN invoice i USING (seller, series) GROUP BY 1, 2, 3"
                        + " HAVING COUNT(i.id) <> s.last_number OR MAX(i.number) <> s.last_number")));
        checks.put(
                "each invoice is in the ledger once, and its lines sum to it",
                Checks.none(sql.lines("SELECT i.label, i.net, i.total, (SELECT SUM(amount) FROM invoice_line l WHERE"
                        + " l.invoice_id = i.id) AS lines_, (SELECT SUM(amount) FROM ledger_transfer t WHERE"
                        + " t.source_type = 'invoice' AND t.source_id = i.id AND step IN ('net', 'tax')) AS posted"
                        + " FROM invoice i HAVING lines_ <> net OR posted <> total OR posted IS NULL")));
        return checks;
    }

    private static Optional<String> sound(Map<String, Object> answer, String member) {
        return Json.text(answer, member).equals(Optional.of("true"))
                ? Optional.empty()
                : Optional.of(answer.toString());
    }

    private Optional<String> waiting() {
        try {
            return Checks.none(
                    sql.lines(
                            "SELECT account_id, period_from, state, COALESCE(reason, '') FROM billing_period"
                                    + " WHERE state IN ('OPEN', 'PARKED') AND period_to < UTC_TIMESTAMP() - INTERVAL 1 SECOND"));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** Where the id range of a context begins on the node. */
    long baseId(String contextId) throws IOException {
        return node.column("SELECT COALESCE(base_id, 0) FROM context WHERE context_id = '" + contextId + "'").stream()
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
