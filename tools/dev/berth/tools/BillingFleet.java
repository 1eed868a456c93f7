package dev.berth.tools;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/** Accounts with VPS on nodes that are only journals: enrolled as any, measured by nobody but this run. */
final class BillingFleet {
    private static final int NODES = 4;
    private static final int CONTEXTS = 20;
    private static final int VPS_OF_ACCOUNT = 4;
    private static final String IMAGE = "00000001-00e0-7000-8000-000000000000";

    private final Sql sql;
    private final List<BusyNode> nodes = new ArrayList<>();
    private final BusyNode.Tricks tricks = new BusyNode.Tricks();
    private final Map<String, BusyNode> byId = new LinkedHashMap<>();
    private final Instant begun = Instant.now().minusSeconds(1);

    BillingFleet(Sql sql) {
        this.sql = sql;
    }

    /** @param agents ports of the replicas for nodes */
    void make(PortalApi operator, int[] agents, long seed) throws Exception {
        Registration registration = new Registration(operator);
        sql.update("INSERT INTO image (id, digest, name, distribution, release_name, size_bytes, created_at) VALUES ('"
                + IMAGE + "', CONCAT('sha256:', SHA2('bench', 256)), 'none', 'none', '1', 1, UTC_TIMESTAMP(6))");
        int accounts = NODES * CONTEXTS / VPS_OF_ACCOUNT;
        sql.update("INSERT INTO account (id, kind, name, email, currency, may_pay_by_invoice, created_at) SELECT "
                + id("00a0", "seq")
                + ", 'CUSTOMER', CONCAT('Customer ', seq), CONCAT('customer', seq, '@example.org'), 'EUR',"
                + " TRUE, UTC_TIMESTAMP(6) FROM seq_0_to_" + (accounts - 1));
        for (int i = 0; i < NODES; i++) {
            String name = "journal" + i;
            LoadNode node = LoadNode.enrol(name, registration.joinToken(name), agents[i % agents.length], 0, begun);
            int first = i * CONTEXTS;
            List<String> contexts = IntStream.range(first, first + CONTEXTS)
                    .mapToObj(n -> "%08x-00b0-7000-8000-000000000000".formatted(n))
                    .toList();
            BusyNode busy = new BusyNode(node, contexts, agents, new Random(seed + 1_000 + i), tricks);
            nodes.add(busy);
            byId.put(
                    sql.column("SELECT id FROM node WHERE name = '" + name + "'")
                            .getFirst(),
                    busy);
            rent(name, first);
        }
    }

    private void rent(String node, int first) throws IOException {
        String which = "seq_" + first + "_to_" + (first + CONTEXTS - 1);
        String plan =
                " JOIN plan p ON p.slug = ELT(1 + seq % 3, 'stopwatch', 'as-measured', 'skiff') JOIN plan_version v"
                        + " ON v.plan_id = p.id AND v.version = 1";
        String account = id("00a0", "seq % " + NODES * CONTEXTS / VPS_OF_ACCOUNT);
        sql.update("INSERT INTO vps (id, account_id, node_id, plan_version_id, image_id, hostname, desired_state,"
                + " observed_state, observed_generation, observed_at, revision, created_at) SELECT " + id("00b0", "seq")
                + ", "
                + account + ", (SELECT id FROM node WHERE name = '" + node + "'), v.id, '" + IMAGE
                + "', CONCAT('host', seq), 'RUNNING', 'RUNNING', 1, UTC_TIMESTAMP(6), seq + 1, UTC_TIMESTAMP(6) FROM "
                + which
                + plan);
        sql.update("INSERT INTO subscription (id, vps_id, account_id, plan_version_id, valid_from) SELECT "
                + id("00c0", "seq") + ", " + id("00b0", "seq") + ", " + account + ", v.id, UTC_TIMESTAMP(3) FROM "
                + which
                + plan);
    }

    private static String id(String kind, String number) {
        return "CONCAT(LPAD(HEX(" + number + "), 8, '0'), '-" + kind + "-7000-8000-000000000000')";
    }

    void start(ExecutorService threads) {
        nodes.forEach(threads::submit);
    }

    long acked() {
        return nodes.stream().mapToLong(BusyNode::acked).sum();
    }

    void finish() {
        nodes.forEach(BusyNode::finish);
    }

    boolean ended() {
        return nodes.stream().allMatch(BusyNode::ended);
    }

    List<String> faults() {
        return nodes.stream().flatMap(node -> node.faults().stream()).toList();
    }

    BusyNode.Tricks tricks() {
        return tricks;
    }

    /** By the node's id in the portal. */
    Map<String, BusyNode> byId() {
        return byId;
    }

    /** The VPS end with their last readings, so that every period they were in can be billed. */
    void moveOut() throws IOException {
        sql.update(
                "UPDATE subscription s JOIN (SELECT context_id, MAX(effective_at) AS at FROM reading GROUP BY context_id) r"
                        + " ON r.context_id = s.vps_id SET s.valid_to = r.at WHERE s.valid_to IS NULL");
        sql.update("UPDATE vps SET desired_state = 'DELETED', observed_state = 'GONE', deleted_at = UTC_TIMESTAMP(6)");
    }
}
