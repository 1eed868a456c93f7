package dev.berth.fleet;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.StorageStatus;
import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.contract.Stranger;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A context that a node has and the portal does not know becomes somebody's VPS. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AdoptionTest {
    @Inject
    AgentServer server;

    @Inject
    Database database;

    private String owner = "";
    private String account = "";
    private TestNode node;
    private UUID id = new UUID(0, 0);
    private String digest = "";
    private String path = "";

    @BeforeEach
    void aNodeWithAStranger() throws Exception {
        owner = Given.customer();
        account = Given.accountOf(owner);
        String unique = "finder" + UUID.randomUUID().toString().substring(0, 8);
        node = TestNode.enrol(server.port(), unique, Given.joinToken(unique));
        node.observe(0);
        Given.onlyNode(node.id());
        digest = Given.image("12").path("digest");
        id = UUID.randomUUID();
        path = "/api/admin/v1/nodes/" + node.id() + "/strangers/" + id + "/adoptions";
    }

    private void found(Stranger stranger, List<Snapshot> snapshots) throws Exception {
        ContextStatus status = new ContextStatus(
                id.toString(),
                4,
                State.QUARANTINED,
                3,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new StorageStatus(2, snapshots)),
                Optional.of(stranger));
        assertEquals(204, node.observe(0, status));
    }

    private Stranger stranger(String image, long diskBytes, String... addresses) {
        return new Stranger(5, image, "web-7", List.of(addresses), Optional.of(diskBytes), true);
    }

    private Response adopt(String plan) {
        return Given.once(Given.ADMIN)
                .body(Map.of("account", account, "plan", plan, "reason", "an old backup"))
                .post(path);
    }

    private String freeAddress() {
        return database.one(
                        "SELECT MAX(a.address) AS address FROM ip_address a JOIN ip_pool p ON p.id = a.pool_id"
                                + " WHERE p.node_id = ? AND a.state = 'FREE'",
                        row -> row.text("address"),
                        node.id())
                .orElseThrow();
    }

    @Test
    void itIsItsOwnersAgainWithAllThatItHad() throws Exception {
        String address = freeAddress();
        found(stranger(digest, 1_000, address, "198.18.0.7"), List.of());
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/quarantined-contexts")
                .then()
                .body("find { it.contextId == '" + id + "' }.generation", equalTo(5))
                .body("find { it.contextId == '" + id + "' }.hostname", equalTo("web-7"));

        String operation = adopt("dinghy")
                .then()
                .statusCode(202)
                .body("vpsId", equalTo(id.toString()))
                .body("addresses", contains(address))
                .body("lostAddresses", contains("198.18.0.7"))
                .extract()
                .path("operation.id");

        ContextSpec spec = node.desired("?after=-1").contexts().getFirst();
        assertEquals(id.toString(), spec.contextId());
        assertEquals(6, spec.generation());
        assertEquals(digest, spec.imageDigest());
        assertEquals("web-7", spec.hostname());
        assertEquals(3, spec.restarts());
        assertEquals(2, spec.storage().orElseThrow().layer());
        assertEquals(List.of(address), spec.addresses());
        assertEquals(ContextSpec.DesiredState.RUNNING, spec.desiredState());
        assertEquals(204, node.observe(spec.generation(), Given.status(id, 6, State.RUNNING)));
        Given.as(owner).get("/api/v1/vps/" + id).then().statusCode(200).body("observedState", equalTo("RUNNING"));
        Given.as(owner).get("/api/v1/operations/" + operation).then().body("state", equalTo("SUCCEEDED"));
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/quarantined-contexts")
                .then()
                .body("contextId", not(hasItem(id.toString())));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM subscription WHERE vps_id = ? AND account_id = ? AND valid_to IS NULL",
                        id,
                        account));
        adopt("dinghy").then().statusCode(404);
    }

    @Test
    void whatItHadMayBeTakenByNow() throws Exception {
        found(stranger(digest, 1_000, "198.18.0.7"), List.of());
        adopt("dinghy")
                .then()
                .statusCode(202)
                .body("addresses", not(empty()))
                .body("lostAddresses", contains("198.18.0.7"));
    }

    @Test
    void everyFaultIsNamedAtOnce() throws Exception {
        String unknown = "sha256:" + "0".repeat(64);
        found(
                stranger(unknown, 1L << 50, "198.18.0.7"),
                List.of(new Snapshot(UUID.randomUUID().toString(), 5, Optional.empty())));
        adopt("dinghy")
                .then()
                .statusCode(422)
                .body("faults.message", hasItem(containsString("not registered here")))
                .body("faults.message", hasItem(containsString("1 snapshots")))
                .body("faults.message", hasItem(containsString("are in use")));
        Given.once(Given.ADMIN)
                .body(Map.of("account", "nobody", "plan", "nothing"))
                .post(path)
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("account"))
                .body("faults.field", hasItem("plan"))
                .body("faults.field", hasItem("reason"));
        Given.once(Given.SUPPORT).body(Map.of("reason", "x")).post(path).then().statusCode(403);
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps WHERE id = ?", id));
    }

    @Test
    void whatIsAnothersIsNotAdopted() throws Exception {
        id = UUID.fromString(Given.once(owner)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(202)
                .extract()
                .path("vpsId"));
        String unique = "other" + UUID.randomUUID().toString().substring(0, 8);
        node = TestNode.enrol(server.port(), unique, Given.joinToken(unique));
        path = "/api/admin/v1/nodes/" + node.id() + "/strangers/" + id + "/adoptions";
        found(stranger(digest, 1_000), List.of());
        adopt("dinghy")
                .then()
                .statusCode(422)
                .body("faults.message", hasItem(containsString("is the id of VPS web-1")));
    }

    @Test
    void aMachineThatWasAnotherPortalsIsFollowed() throws Exception {
        String unique = "former" + UUID.randomUUID().toString().substring(0, 8);
        node = TestNode.enrol(server.port(), unique, Given.joinToken(unique));
        assertEquals(204, node.observe(500));
        Given.onlyNode(node.id());
        assertEquals(500, node.desired("?after=-1").revision());
        path = "/api/admin/v1/nodes/" + node.id() + "/strangers/" + id + "/adoptions";
        found(stranger(digest, 1_000), List.of());
        adopt("dinghy").then().statusCode(202);
        assertTrue(node.desired("?after=500").revision() > 500);
        assertEquals(1, node.desired("?after=500").contexts().size());
    }

    @Test
    void whatNobodyKnowsAnythingOfIsNot() throws Exception {
        assertEquals(204, node.observe(0, Given.status(id, 0, State.QUARANTINED)));
        adopt("dinghy")
                .then()
                .statusCode(422)
                .body("faults.message", hasItem(containsString("was never asked for it")));
    }

    @Test
    void administratorsDoItOnAPage() throws Exception {
        found(stranger(digest, 1_000), List.of());
        String onNode = "/staff/nodes/" + node.id();
        String page = onNode + "/strangers/" + id;
        assertTrue(Given.browsing(Given.ADMIN).get(onNode).asString().contains("href=\"" + page + "\""));
        String shown = Given.browsing(Given.ADMIN).get(page).asString();
        assertTrue(shown.contains("Adopt web-7") && shown.contains("it runs"), shown);
        assertEquals(422, send(page, shown, "nobody").statusCode());
        Response adopted = send(page, shown, account);
        assertEquals(303, adopted.statusCode(), adopted.asString());
        assertEquals(403, Given.browsing(Given.SUPPORT).get(page).statusCode());
    }

    private static Response send(String page, String shown, String account) {
        Matcher key = Pattern.compile("name=\"key\" value=\"([^\"]+)\"").matcher(shown);
        assertTrue(key.find(), shown);
        return Given.browsing(Given.ADMIN)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(
                        Map.of("key", key.group(1), "account", account, "plan", "dinghy", "reason", "an old backup"))
                .post(page);
    }
}
