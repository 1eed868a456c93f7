package dev.berth.vps;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.network.AddressService;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More addresses for a VPS and fewer, by the API and on the page, as the node is told. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class VpsAddressesTest {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int ADDRESSES = 6;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    AddressService addresses;

    @Inject
    VpsContexts contexts;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID version = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServerWithOneAddress() {
        node = seed.node();
        version = seed.planVersion("EUR");
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, version);
        addPool("10.249.%d.".formatted(NEXT.incrementAndGet()));
        transactions.run(() -> addresses.reserve(node, vps));
    }

    private void addPool(String network) {
        UUID pool = UUID.randomUUID();
        database.update(
                "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
                pool,
                node,
                network + "0/29");
        for (int i = 1; i <= ADDRESSES; i++) {
            database.update(
                    "INSERT INTO ip_address (id, pool_id, address, state) VALUES (?, ?, ?, 'FREE')",
                    UUID.randomUUID(),
                    pool,
                    network + i);
        }
    }

    private Response add(String family) {
        return Given.once(owner).body(Map.of("family", family)).post("/api/v1/vps/" + vps + "/addresses");
    }

    private Response remove(String address) {
        return Given.once(owner).delete("/api/v1/vps/" + vps + "/addresses/" + address);
    }

    private List<String> told() {
        return contexts.changedAfter(node, 0).specs().stream()
                .filter(spec -> spec.contextId().equals(vps.toString()))
                .map(ContextSpec::addresses)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theNodeIsToldOfOneMoreAndOfOneLess() {
        String first = told().getFirst();
        add("IPV4").then().statusCode(202).body("kind", equalTo("ADD_ADDRESS"));
        List<String> two = told();
        assertEquals(2, two.size());
        assertEquals(first, two.getFirst(), "the first one stays the first");
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("addresses", equalTo(two));

        remove(first).then().statusCode(409).body("code", equalTo("primary-address"));
        remove("10.249.249.249").then().statusCode(404);
        remove("nonsense").then().statusCode(404);
        remove(two.getLast()).then().statusCode(202).body("kind", equalTo("REMOVE_ADDRESS"));
        assertEquals(List.of(first), told());
    }

    @Test
    void oneRequestGivesOneAddressHoweverOftenItIsSent() {
        String key = UUID.randomUUID().toString();
        for (int attempt = 0; attempt < 3; attempt++) {
            Given.as(owner)
                    .header("Idempotency-Key", key)
                    .body(Map.of("family", "IPV4"))
                    .post("/api/v1/vps/" + vps + "/addresses")
                    .then()
                    .statusCode(202);
        }
        assertEquals(2, told().size());
    }

    @Test
    void notMoreThanThePlanAllowsOrThanThereAre() {
        database.update("UPDATE plan_version SET addresses_ipv4 = 2 WHERE id = ?", version);
        add("IPV4").then().statusCode(202);
        add("IPV4").then().statusCode(409).body("code", equalTo("too-many-addresses"));
        add("IPV6").then().statusCode(409).body("code", equalTo("no-address"));
        add("IPX").then().statusCode(422).body("faults[0].field", equalTo("family"));
        assertEquals(2, told().size());
    }

    @Test
    void twoServersThatAskAtOnceNeverGetOneAddress() throws Exception {
        UUID other = seed.vps(UUID.fromString(Given.accountOf(owner)), node, version);
        database.update("UPDATE plan_version SET addresses_ipv4 = 8 WHERE id = ?", version);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 12; i++) {
                UUID whose = i % 2 == 0 ? vps : other;
                answers.add(threads.submit(() -> Given.once(owner)
                        .body(Map.of("family", "IPV4"))
                        .post("/api/v1/vps/" + whose + "/addresses")
                        .statusCode()));
            }
        }
        long given = 0;
        for (Future<Integer> answer : answers) {
            assertTrue(List.of(202, 409).contains(answer.get()), "answered " + answer.get());
            given += answer.get() == 202 ? 1 : 0;
        }
        assertEquals(ADDRESSES - 1, given, "every one was given, and none twice");
        assertEquals(
                ADDRESSES,
                database.number(
                        "SELECT COUNT(*) AS n FROM ip_assignment s JOIN ip_address a ON a.id = s.address_id"
                                + " WHERE s.valid_to IS NULL AND a.vps_id = s.vps_id AND s.vps_id IN (?, ?)",
                        vps,
                        other));
    }

    /** A node that is away may still use it: its time alone does not make it free. */
    @Test
    void anAddressIsNobodysUntilTheNodeHasMadeTheChange() {
        add("IPV4").then().statusCode(202);
        String given = told().getLast();
        remove(given).then().statusCode(202);
        database.update("UPDATE ip_address SET free_after = ? WHERE address = ?", clock.instant(), given);
        UUID other = seed.vps(UUID.fromString(Given.accountOf(owner)), node, version);

        transactions.run(() -> addresses.reserve(node, other));
        assertEquals("QUARANTINE", state(given));

        long generation = database.number("SELECT generation AS n FROM vps WHERE id = ?", vps);
        database.update("UPDATE vps SET observed_generation = ? WHERE id = ?", generation, vps);
        transactions.run(() -> addresses.reserve(node, seed.vps(seed.account(), node, version)));
        assertFalse(state(given).equals("QUARANTINE"), "the node has shown that it is out of use");
    }

    private String state(String address) {
        return database.one("SELECT state FROM ip_address WHERE address = ?", row -> row.text("state"), address)
                .orElseThrow();
    }

    @Test
    void thePageDoesTheSame() {
        String page = "/vps/" + vps + "/network";
        assertTrue(Given.browsing(owner).get(page).asString().contains("data-testid=\"add-ipv4\""));
        assertEquals(
                303,
                post(page + "/addresses", Map.of("family", "IPV4", "key", "add-" + vps))
                        .statusCode());
        String added = told().getLast();
        assertTrue(Given.browsing(owner).get(page).asString().contains("Give back " + added));

        Response refused = post(page + "/addresses", Map.of("family", "IPV6", "key", "six-" + vps));
        assertEquals(409, refused.statusCode());
        assertTrue(refused.asString().contains("data-testid=\"address-refused\""));

        assertEquals(
                303,
                post(page + "/addresses/remove", Map.of("address", added, "key", "back-" + vps))
                        .statusCode());
        assertEquals(1, told().size());
    }

    private static Response post(String to, Map<String, String> fields, String caller) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to);
    }

    private Response post(String to, Map<String, String> fields) {
        return post(to, fields, owner);
    }
}
