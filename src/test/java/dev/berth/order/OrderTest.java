package dev.berth.order;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class OrderTest {
    private static final int BUYERS = 24;

    @Inject
    Database database;

    /** A node as if it had enrolled and been heard of just now, and the only one that takes orders. */
    private UUID node(long cpuMilli, int addresses) {
        UUID id = UUID.randomUUID();
        database.update(
                "INSERT INTO node (id, name, state, cpu_milli, memory_bytes, disk_bytes, last_seen_at, created_at)"
                        + " VALUES (?, ?, 'ACTIVE', ?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6))",
                id,
                "n" + id.toString().substring(0, 8),
                cpuMilli,
                64L << 30,
                640L << 30);
        UUID pool = UUID.randomUUID();
        database.update(
                "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
                pool,
                id,
                "198.51.100.0/" + id.toString().substring(0, 8));
        for (int i = 0; i < addresses; i++) {
            database.update(
                    "INSERT INTO ip_address (id, pool_id, address, state) VALUES (?, ?, ?, 'FREE')",
                    UUID.randomUUID(),
                    pool,
                    "fd00:" + id.toString().substring(0, 4) + ":"
                            + id.toString().substring(4, 8) + "::" + i);
        }
        Given.onlyNode(id);
        return id;
    }

    /** What came of orders that began at the same time. */
    private static List<Response> atOnce(List<Callable<Response>> orders) throws Exception {
        List<Response> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(orders.size())) {
            for (Future<Response> answer : threads.invokeAll(orders)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    private static long count(List<Response> answers, int status) {
        return answers.stream().filter(a -> a.statusCode() == status).count();
    }

    private void forgetPool(UUID node) {
        // its made-up network would disturb tests that count up from a real one
        database.update("UPDATE ip_pool SET cidr = CONCAT('203.0.113.', SUBSTRING(cidr, 15)) WHERE node_id = ?", node);
    }

    @Test
    void cpuIsNeverSoldTwice() throws Exception {
        UUID node = node(2_000, BUYERS);
        String customer = Given.customer();
        Map<String, Object> order = Given.order("skiff");
        List<Callable<Response>> orders = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            orders.add(() -> once(customer).body(order).post("/api/v1/orders"));
        }

        List<Response> answers = atOnce(orders);

        assertEquals(4, count(answers, 202));
        assertEquals(BUYERS - 4, count(answers, 409));
        answers.stream()
                .filter(a -> a.statusCode() == 409)
                .forEach(a -> assertEquals("sold-out", a.jsonPath().getString("code")));
        assertEquals(2_000, database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node));
        assertEquals(4, database.number("SELECT COUNT(*) AS n FROM vps WHERE node_id = ?", node));
        assertEquals(
                4,
                database.number(
                        "SELECT COUNT(*) AS n FROM subscription s JOIN vps v ON v.id = s.vps_id WHERE v.node_id = ?",
                        node));
        forgetPool(node);
    }

    @Test
    void whatThePlanPromisesOfTheUplinkIsNeverPromisedTwice() throws Exception {
        UUID node = node(1_000_000, BUYERS);
        Map<String, Object> order = Given.order("dinghy");
        String customer = Given.customer();
        Function<Integer, List<Response>> buy = many -> {
            try {
                return atOnce(Collections.nCopies(
                        many, () -> once(customer).body(order).post("/api/v1/orders")));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        String versions = "UPDATE plan_version SET net_reserved_bits = ? WHERE plan_id ="
                + " (SELECT id FROM plan WHERE slug = 'dinghy')";
        database.update(versions, 30_000_000);
        try {
            assertEquals(2, count(buy.apply(2), 409), "a node without a named uplink keeps no promise of it");
            database.update("UPDATE node SET uplink_bits = 100000000 WHERE id = ?", node);
            List<Response> answers = buy.apply(BUYERS);
            assertEquals(3, count(answers, 202));
            assertEquals(BUYERS - 3, count(answers, 409));
            assertEquals(90_000_000, database.number("SELECT reserved_uplink_bits AS n FROM node WHERE id = ?", node));
        } finally {
            database.update(versions, (Object) null);
            forgetPool(node);
        }
    }

    /** A dinghy costs less than five euros a month, two cost more. */
    @Test
    void creditIsNeverCountedTwice() throws Exception {
        UUID node = node(1_000_000, BUYERS);
        String customer = "user:" + UUID.randomUUID() + ";customer";
        Given.once(Given.ADMIN)
                .body(Map.of("amount", "5.00", "currency", "EUR", "reason", "test"))
                .post("/api/admin/v1/accounts/" + Given.accountOf(customer) + "/credit-grants")
                .then()
                .statusCode(201);
        Map<String, Object> order = new HashMap<>(Given.order("dinghy"));
        order.put("paymentMethod", "CREDIT");

        List<Response> answers =
                atOnce(Collections.nCopies(8, () -> once(customer).body(order).post("/api/v1/orders")));

        assertEquals(1, count(answers, 202));
        assertEquals(7, count(answers, 402));
        forgetPool(node);
    }

    @Test
    void anAddressIsNeverGivenTwice() throws Exception {
        UUID node = node(1_000_000, 5);
        String customer = Given.customer();
        Map<String, Object> order = Given.order("dinghy");
        List<Callable<Response>> orders = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            orders.add(() -> once(customer).body(order).post("/api/v1/orders"));
        }

        List<Response> answers = atOnce(orders);

        assertEquals(5, count(answers, 202));
        assertEquals(BUYERS - 5, count(answers, 409));
        List<String> given = database.list(
                "SELECT a.address FROM vps v JOIN ip_address a ON a.vps_id = v.id WHERE v.node_id = ?",
                row -> row.text("address"),
                node);
        assertEquals(5, new HashSet<>(given).size());
        // what could not be finished left nothing behind
        assertEquals(5 * 250, database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node));
        forgetPool(node);
    }

    @Test
    void theSameKeyIsOneOrder() throws Exception {
        UUID node = node(1_000_000, 10);
        String customer = Given.customer();
        Map<String, Object> order = Given.order("dinghy");
        String key = UUID.randomUUID().toString();
        List<Callable<Response>> orders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            orders.add(() ->
                    as(customer).header("Idempotency-Key", key).body(order).post("/api/v1/orders"));
        }

        List<Response> answers = atOnce(orders);

        assertEquals(8, count(answers, 202), () -> answers.getFirst().asString());
        assertEquals(
                1,
                answers.stream()
                        .map(a -> a.path("orderId").toString())
                        .distinct()
                        .count());
        assertEquals(1, database.number("SELECT COUNT(*) AS n FROM vps WHERE node_id = ?", node));
        as(customer)
                .header("Idempotency-Key", key)
                .body(Given.order("skiff"))
                .post("/api/v1/orders")
                .then()
                .statusCode(422)
                .body("code", equalTo("idempotency-key-reused"));
        forgetPool(node);
    }

    @Test
    void anOrderWithoutKeyIsRefused() {
        as(Given.customer())
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(400)
                .body("code", equalTo("idempotency-key-missing"));
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        Map<String, Object> order = Map.of(
                "plan",
                "yacht",
                "imageId",
                "none",
                "hostname",
                "-x",
                "sshKeys",
                List.of("nonsense"),
                "paymentMethod",
                "GOLD");
        once(Given.customer())
                .body(order)
                .post("/api/v1/orders")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("code", equalTo("invalid-input"))
                .body("traceId.length()", equalTo(32))
                .body("faults.field", containsInAnyOrder("plan", "imageId", "hostname", "sshKeys[0]", "paymentMethod"));
    }

    @Test
    void whoMayNotPayByInvoiceDoesNot() {
        UUID node = node(1_000_000, 2);
        String stranger = "user:" + UUID.randomUUID() + ";customer";
        once(stranger)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(402)
                .body("code", equalTo("payment-refused"));
        assertEquals(0, database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node));
        forgetPool(node);
    }

    @Test
    void anExternalIdNamesOneVps() {
        UUID node = node(1_000_000, 4);
        String customer = Given.customer();
        Map<String, Object> order = new HashMap<>(Given.order("dinghy"));
        order.put("externalId", "shop-7");
        once(customer).body(order).post("/api/v1/orders").then().statusCode(202);
        once(customer)
                .body(order)
                .post("/api/v1/orders")
                .then()
                .statusCode(409)
                .body("code", equalTo("external-id-taken"));
        as(customer).get("/api/v1/vps?externalId=shop-7").then().body("items", hasSize(1));
        forgetPool(node);
    }

    @Test
    void aResellerServesItsCustomers() {
        UUID node = node(1_000_000, 4);
        String reseller = "client:shop-" + UUID.randomUUID() + ";reseller";
        Given.allowInvoice(Given.accountOf(reseller));
        String customerId = once(reseller)
                .body(Map.of("name", "End Customer", "email", "end@example.org", "externalId", "c-1"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        Map<String, Object> order = new HashMap<>(Given.order("dinghy"));
        order.put("accountId", customerId);
        String vps = once(reseller)
                .body(order)
                .post("/api/v1/orders")
                .then()
                .statusCode(202)
                .body("accountId", equalTo(customerId))
                .extract()
                .path("vpsId");
        once(reseller).post("/api/v1/vps/" + vps + "/actions/stop").then().statusCode(202);
        as("client:other;reseller").get("/api/v1/vps/" + vps).then().statusCode(404);
        forgetPool(node);
    }

    @Test
    void staffSuspendWithAReasonThatWins() {
        UUID node = node(1_000_000, 4);
        String customer = Given.customer();
        String vps = once(customer)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .path("vpsId");
        String staff = "/api/admin/v1/vps/" + vps + "/actions/";
        once(Given.SUPPORT).body(Map.of()).post(staff + "suspend").then().statusCode(422);
        once(Given.SUPPORT)
                .body(Map.of("reason", "abuse report 7"))
                .post(staff + "suspend")
                .then()
                .statusCode(202);
        as(customer).get("/api/v1/vps/" + vps).then().body("suspended.reason", equalTo("abuse report 7"));
        once(customer)
                .post("/api/v1/vps/" + vps + "/actions/start")
                .then()
                .statusCode(409)
                .body("code", equalTo("suspended"));
        once(Given.SUPPORT)
                .body(Map.of("reason", "solved"))
                .post(staff + "resume")
                .then()
                .statusCode(202);
        List<String> kinds = as(customer)
                .get("/api/v1/vps/" + vps + "/operations")
                .jsonPath()
                .getList("kind");
        assertEquals(List.of("RESUME", "SUSPEND", "CREATE"), kinds);
        List<String> trail = as(customer)
                .get("/api/v1/vps/" + vps + "/audit-events")
                .jsonPath()
                .getList("action");
        assertTrue(trail.containsAll(List.of("vps.order", "vps.suspend", "vps.resume")));
        forgetPool(node);
    }
}
