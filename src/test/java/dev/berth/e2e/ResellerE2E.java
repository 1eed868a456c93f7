package dev.berth.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A reseller's script buys, uses and pays a VPS for an end customer, through {@code /api/v1} alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ResellerE2E {
    private static final Duration PERIOD = Duration.ofSeconds(150);
    private static final String HOSTNAME = "resold-" + Long.toString(System.nanoTime() % 1_000_000, 36);

    private final Stack stack = Stack.running();
    private final Rest reseller = new Rest(stack, "berth-reseller-demo");
    private final Rest operator = new Rest(stack, "berth-operator");

    @TempDir
    private static Path directory;

    private Ssh ssh;
    private String account = "";
    private String vps = "";
    private String address = "";
    private String invoice = "";

    @BeforeAll
    void key() {
        ssh = new Ssh(directory);
    }

    private Map<String, Object> order(String hostname) {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("accountId", account);
        order.put("plan", "stopwatch");
        order.put("imageId", "debian-12");
        order.put("hostname", hostname);
        order.put("sshKeys", List.of(ssh.publicKey()));
        order.put("externalId", "order-" + hostname);
        order.put("paymentMethod", "INVOICE");
        return order;
    }

    @Test
    @Order(1)
    void whatIsCalledIsDocumented() {
        JsonNode paths =
                Rest.stranger(stack).get("/api/openapi?format=json").ok().get("paths");

        for (String path : List.of(
                "/api/v1/plans",
                "/api/v1/accounts",
                "/api/v1/orders",
                "/api/v1/operations/{id}",
                "/api/v1/vps/{id}",
                "/api/v1/vps/{id}/actions/{action}",
                "/api/v1/vps/{id}/usage",
                "/api/v1/invoices",
                "/api/v1/invoices/so-far",
                "/api/v1/invoices/{id}/pdf",
                "/api/v1/invoices/{id}/lines/{n}/evidence",
                "/api/v1/invoices/{id}/recompute")) {
            assertTrue(paths.has(path), path);
        }
    }

    @Test
    @Order(2)
    void makesAnEndCustomer() {
        String externalId = "customer-" + HOSTNAME;
        Map<String, Object> customer =
                Map.of("name", "End Customer", "email", "end@example.org", "externalId", externalId);
        String key = UUID.randomUUID().toString();

        account = reseller.post("/api/v1/accounts", customer, key).id();

        assertEquals(account, reseller.post("/api/v1/accounts", customer, key).id());
        JsonNode found =
                reseller.get("/api/v1/accounts?externalId=" + externalId).ok().get("items");
        assertEquals(1, found.size());
        assertEquals(account, found.get(0).get("id").asText());
        operator.put(
                        "/api/admin/v1/accounts/" + account + "/payment-terms",
                        Map.of("mayPayByInvoice", true, "reason", "acceptance test"))
                .ok();
    }

    @Test
    @Order(3)
    void aBadOrderNamesEveryFault() {
        Rest.Answer answer = reseller.post("/api/v1/orders", Map.of("accountId", account, "hostname", "no_host!"));

        assertEquals(422, answer.status());
        assertTrue(answer.type().startsWith("application/problem+json"), answer.type());
        List<String> fields = texts(answer.body().get("faults"), "field");
        assertTrue(fields.containsAll(List.of("plan", "imageId", "hostname", "sshKeys")), fields.toString());
        Rest.Answer keyless = reseller.postWithoutKey("/api/v1/orders", order(HOSTNAME));
        assertEquals(400, keyless.status());
        assertEquals("idempotency-key-missing", keyless.body().get("code").asText());
        for (Rest nobody : List.of(Rest.stranger(stack), Rest.forged(stack))) {
            Rest.Answer refused = nobody.get("/api/v1/vps");
            assertEquals(401, refused.status());
            assertEquals("application/problem+json", refused.type());
            assertTrue(refused.challenge().startsWith("Bearer"), refused.challenge());
            assertEquals("unauthenticated", refused.body().get("code").asText());
        }
    }

    @Test
    @Order(4)
    void ordersOnceWhateverIsRepeated() {
        String key = UUID.randomUUID().toString();

        JsonNode first = reseller.post("/api/v1/orders", order(HOSTNAME), key).ok();
        JsonNode second = reseller.post("/api/v1/orders", order(HOSTNAME), key).ok();

        vps = first.get("vpsId").asText();
        assertEquals(vps, second.get("vpsId").asText());
        assertEquals(422, reseller.post("/api/v1/orders", order("other"), key).status());
        assertEquals(
                1,
                reseller.get("/api/v1/vps?account=" + account).ok().get("items").size());
        assertEquals(
                "SUCCEEDED", reseller.ended(first.get("operation").get("id").asText()));
        JsonNode running = reseller.get("/api/v1/vps/" + vps).ok();
        assertEquals("RUNNING", running.get("observedState").asText());
        address = running.get("addresses").get(0).asText();
    }

    @Test
    @Order(5)
    void theEndCustomerLogsInByItsAddress() {
        JsonNode shown = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> reseller.get("/api/v1/vps/" + vps).ok().get("sshFingerprints"),
                        fingerprints -> !fingerprints.isEmpty());
        ssh.trust(address, shown.toString());
        ssh.awaitLogin(address);

        assertEquals(HOSTNAME, ssh.must(address, "hostname"));
        // something to pay for
        ssh.must(address, "timeout 2 sh -c 'while :; do :; done'; head -c 600000 /dev/urandom | base64");
    }

    @Test
    @Order(6)
    void othersServersAreNotThere() {
        assertEquals(404, reseller.get("/api/v1/vps/" + UUID.randomUUID()).status());
        for (String path : foreignPaths()) {
            assertEquals(404, reseller.get(path).status(), path);
        }
        assertEquals(403, reseller.get("/api/admin/v1/vps").status());
    }

    /** Things of accounts that are not the reseller's, as staff see them. */
    private List<String> foreignPaths() {
        String own = reseller.get("/api/v1/accounts").ok().toString();
        return StreamSupport.stream(
                        operator.get("/api/admin/v1/vps?withGone=true&limit=200")
                                .ok()
                                .get("items")
                                .spliterator(),
                        false)
                .filter(one -> !own.contains(one.get("accountId").asText()))
                .map(one -> "/api/v1/vps/" + one.get("id").asText())
                .toList();
    }

    @Test
    @Order(7)
    void stopsAndStarts() {
        reseller.act(vps, "stop");
        assertEquals(
                "STOPPED",
                reseller.get("/api/v1/vps/" + vps).ok().get("observedState").asText());
        assertNotEquals(0, ssh.run(address, "true").code());

        reseller.act(vps, "start");
        assertEquals(
                "RUNNING",
                reseller.get("/api/v1/vps/" + vps).ok().get("observedState").asText());
        ssh.awaitLogin(address);
    }

    @Test
    @Order(8)
    void seesUseAndItsPrice() {
        JsonNode usage = await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> reseller.get("/api/v1/vps/" + vps + "/usage").ok(),
                        now -> now.get("quantities").path("RUNNING_VM").asLong() > 0
                                && amount(now.get("net")).signum() > 0);

        assertEquals("s", usage.get("baseUnits").get("RUNNING_VM").asText());
        JsonNode draft =
                reseller.get("/api/v1/invoices/so-far?account=" + account).ok();
        assertEquals("DRAFT", draft.get("state").asText());
        assertFalse(draft.get("lines").isEmpty());
    }

    @Test
    @Order(9)
    void getsAnInvoiceWithItsProof() {
        JsonNode summary = await().atMost(PERIOD)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> reseller.get("/api/v1/invoices?account=" + account)
                                .ok()
                                .get("items"),
                        items -> !items.isEmpty())
                .get(0);
        invoice = summary.get("id").asText();
        JsonNode full = reseller.get("/api/v1/invoices/" + invoice).ok();

        assertTrue(amount(full.get("total")).signum() > 0);
        JsonNode line = StreamSupport.stream(full.get("lines").spliterator(), false)
                .filter(one -> one.path("meter").asText().equals("RUNNING_VM"))
                .findFirst()
                .orElseThrow();
        JsonNode proofs = reseller.get("/api/v1/invoices/" + invoice + "/lines/"
                        + line.get("n").asInt() + "/evidence")
                .ok();
        JsonNode readings = proofs.get("intervals").get(0).get("readings");
        assertTrue(readings.size() >= 2, proofs.toString());
        readings.forEach(reading -> assertTrue(reading.get("intact").asBoolean(), reading.toString()));
        readings.forEach(
                reading -> assertEquals(64, reading.get("hash").asText().length()));
        assertTrue(reseller.post("/api/v1/invoices/" + invoice + "/recompute", Map.of())
                .ok()
                .get("same")
                .asBoolean());
        String pdf = new String(reseller.bytes("/api/v1/invoices/" + invoice + "/pdf"), StandardCharsets.ISO_8859_1);
        assertTrue(pdf.startsWith("%PDF"));
    }

    @Test
    @Order(10)
    void everyInvoiceIsWhatTheReadingsSay() throws Exception {
        BillOracle.Verdict verdict = BillOracle.check(stack);

        assertEquals(List.of(), verdict.faults());
        assertTrue(verdict.invoices() > 0);
        JsonNode balance = operator.get("/api/admin/v1/ledger/trial-balance").ok();
        assertTrue(balance.get("sound").asBoolean(), balance.toString());
    }

    @Test
    @Order(11)
    void deletes() {
        reseller.act(vps, "delete");

        assertEquals(
                "GONE",
                reseller.get("/api/v1/vps/" + vps).ok().get("observedState").asText());
        assertEquals(
                0,
                reseller.get("/api/v1/vps?account=" + account).ok().get("items").size());
        assertNotEquals(0, ssh.run(address, "true").code());
        assertTrue(texts(reseller.get("/api/v1/vps/" + vps + "/audit-events").ok(), "actor")
                .contains("client:berth-reseller-demo"));
    }

    private static BigDecimal amount(JsonNode money) {
        return new BigDecimal(money.get("amount").asText());
    }

    private static List<String> texts(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> one.get(name).asText())
                .toList();
    }
}
