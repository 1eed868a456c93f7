package dev.berth.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Departure;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node is declared gone for good while VPS live on it, leave it and come to it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class NodeDeathTest {
    private static final String DISK = "all that it has";

    @Inject
    AgentServer server;

    @Inject
    Database database;

    @Inject
    ReadingIngest ingest;

    @Inject
    InstantSource clock;

    private String owner = "";
    private TestNode source;
    private TestNode target;
    private UUID vps = new UUID(0, 0);
    private String moves = "";
    private String id = "";

    @BeforeEach
    void aServerAndAnotherNode() throws Exception {
        owner = Given.customer();
        source = node();
        target = node();
        Given.onlyNode(source.id());
        vps = UUID.fromString(Given.once(owner)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(202)
                .extract()
                .path("vpsId"));
        moves = "/api/admin/v1/vps/" + vps + "/migrations";
        tell(source, 1, State.RUNNING);
        Given.as(Given.ADMIN)
                .body(Map.of("state", "ACTIVE", "cpuOvercommitPercent", 100))
                .put("/api/admin/v1/nodes/" + target.id())
                .then()
                .statusCode(200);
    }

    private TestNode node() throws Exception {
        String unique = "mortal" + UUID.randomUUID().toString().substring(0, 8);
        TestNode node = TestNode.enrol(server.port(), unique, Given.joinToken(unique));
        node.observe(0);
        return node;
    }

    private void tell(TestNode node, long generation, State state) throws Exception {
        assertEquals(204, node.observe(generation, Given.status(vps, generation, state)));
    }

    private static ContextSpec spec(TestNode node) throws Exception {
        List<ContextSpec> all = node.desired("?after=-1").contexts();
        assertEquals(1, all.size());
        return all.getFirst();
    }

    private String name(TestNode node) {
        return database.one("SELECT name FROM node WHERE id = ?", row -> row.text("name"), node.id())
                .orElseThrow();
    }

    private Response say(TestNode node, String what, String name) {
        return Given.once(Given.ADMIN)
                .body(Map.of("name", name, "reason", "it burnt"))
                .post("/api/admin/v1/nodes/" + node.id() + "/" + what);
    }

    private void dies(TestNode node) {
        database.update("UPDATE node SET last_seen_at = last_seen_at - INTERVAL 1 HOUR WHERE id = ?", node.id());
        say(node, "death", name(node)).then().statusCode(201);
    }

    private void begin() {
        String cidr = Given.as(Given.ADMIN)
                .get("/api/admin/v1/nodes/" + source.id() + "/ip-pools")
                .path("[0].cidr");
        Given.once(Given.ADMIN)
                .body(Map.of("cidr", cidr, "shared", true))
                .post("/api/admin/v1/nodes/" + target.id() + "/ip-pools")
                .then()
                .statusCode(201);
        id = Given.once(Given.SUPPORT)
                .body(Map.of("node", target.id().toString(), "reason", "a fan is loud"))
                .post(moves)
                .then()
                .statusCode(202)
                .extract()
                .path("migration.id");
    }

    private void handOver() throws IOException, InterruptedException {
        String path = "migrations/" + id + "/";
        assertEquals(
                204,
                source.send(path + "pieces/0", r -> r.PUT(BodyPublishers.ofString(DISK)))
                        .statusCode());
        String digest =
                "sha256:" + HexFormat.of().formatHex(Hashes.sha256().digest(DISK.getBytes(StandardCharsets.UTF_8)));
        String departure = TestNode.JSON.writeValueAsString(
                new Departure(digest, DISK.length(), new Carried(Counters.ZERO, 1, Optional.empty())));
        assertEquals(
                204,
                source.send(path + "departure", r -> r.PUT(BodyPublishers.ofString(departure)))
                        .statusCode());
    }

    private void switched() throws Exception {
        begin();
        handOver();
        tell(source, 2, State.STOPPED);
        state("SWITCHED");
    }

    private void state(String wanted) {
        Given.as(Given.SUPPORT).get(moves).then().statusCode(200).body("[0].state", equalTo(wanted));
    }

    private ValidatableResponse shown() {
        return Given.as(owner).get("/api/v1/vps/" + vps).then().statusCode(200);
    }

    private long reserved(TestNode node) {
        return database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node.id());
    }

    private void isRefused(TestNode node) throws Exception {
        assertEquals(401, node.observe(9, Given.status(vps, 9, State.RUNNING)));
        assertEquals(401, node.send("desired?after=-1", r -> r.GET()).statusCode());
        assertEquals(401, node.renew().statusCode());
        assertThrows(IOException.class, () -> TestNode.enrol(server.port(), name(node), Given.joinToken(name(node))));
        Given.as(Given.ADMIN)
                .body(Map.of("state", "ACTIVE", "cpuOvercommitPercent", 100))
                .put("/api/admin/v1/nodes/" + node.id())
                .then()
                .statusCode(409);
    }

    /** The machine comes back under another name, with what it had. */
    private void cannotClaim(long generation) throws Exception {
        TestNode again = node();
        tell(again, generation, State.RUNNING);
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/quarantined-contexts")
                .then()
                .body("findAll { it.nodeId == '" + again.id() + "' }.contextId", hasItem(vps.toString()));
        assertEquals(List.of(), again.desired("?after=-1").contexts());
    }

    @Test
    void whatWasToGoThereStaysWhereItWas() throws Exception {
        switched();
        dies(target);

        state("GAVE_UP");
        ContextSpec again = spec(source);
        assertEquals(4, again.generation());
        assertTrue(again.migration().isEmpty());
        assertEquals(ContextSpec.DesiredState.RUNNING, again.desiredState());
        assertEquals(0, reserved(target));
        assertEquals(250, reserved(source));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps_stay WHERE vps_id = ?", vps));
        isRefused(target);
        tell(source, 4, State.RUNNING);
        cannotClaim(3);
        shown().body("observedState", equalTo("RUNNING"))
                .body("node.id", equalTo(source.id().toString()));
        Given.once(owner).post("/api/v1/vps/" + vps + "/actions/stop").then().statusCode(202);
    }

    @Test
    void whatWasOnlyBegunStaysToo() throws Exception {
        begin();
        dies(target);
        state("GAVE_UP");
        assertEquals(3, spec(source).generation());
        assertEquals(0, reserved(target));
    }

    @Test
    void whatGoesBackFromThereNeedsNotWaitForIt() throws Exception {
        switched();
        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "too slow"))
                .post(moves + "/" + id + "/give-up")
                .then()
                .statusCode(202);
        state("RETURNING");
        dies(target);
        state("GAVE_UP");
        assertEquals(4, spec(source).generation());
        assertEquals(0, reserved(target));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps_leftover WHERE vps_id = ?", vps));
    }

    @Test
    void whatHasDepartedFromThereGoesOn() throws Exception {
        begin();
        handOver();
        state("COPYING");
        dies(source);

        state("SWITCHED");
        assertEquals(3, spec(target).generation());
        assertEquals(
                DISK,
                target.send("migrations/" + id + "/pieces/0", r -> r.GET()).body());
        tell(target, 3, State.RUNNING);
        state("SEALED");
        shown().body("observedState", equalTo("RUNNING")).body("failure", nullValue());
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps_stay WHERE vps_id = ?", vps));
        cannotClaim(2);
        say(source, "death/release", name(source)).then().statusCode(200).body("lost", equalTo(0));
        assertEquals(0, reserved(source));
        shown().body("observedState", equalTo("RUNNING"));
    }

    @Test
    void whatLivesThereIsLost() throws Exception {
        begin();
        Journal journal = new Journal();
        Instant measured = clock.instant().plusMillis(5).truncatedTo(ChronoUnit.MILLIS);
        journal.add(Kind.OPEN, vps, 1, measured, Counters.ZERO);
        ingest.take(source.id(), journal.key(), journal.batch(1, 1));
        dies(source);

        state("GAVE_UP");
        assertEquals(0, reserved(target));
        shown().body("failure", containsString("lost for good"));
        Given.as(owner)
                .get("/api/v1/vps/" + vps + "/operations")
                .then()
                .body("[0].failure", containsString("where it was"));
        Given.once(owner)
                .post("/api/v1/vps/" + vps + "/actions/stop")
                .then()
                .statusCode(409)
                .body("code", equalTo("node-lost"));
        assertEquals(
                measured,
                database.one("SELECT valid_to FROM subscription WHERE vps_id = ?", row -> row.instant("valid_to"), vps)
                        .orElseThrow());
        isRefused(source);
        cannotClaim(2);
        assertEquals(1, addresses("ASSIGNED"));

        say(source, "death/release", "another").then().statusCode(422).body("faults.field", hasItem("name"));
        say(source, "death/release", name(source)).then().statusCode(200).body("lost", equalTo(0));
        say(source, "death/release", name(source)).then().statusCode(409);
        shown().body("observedState", equalTo("GONE"));
        assertEquals(0, addresses("ASSIGNED"));
        assertEquals(0, reserved(source));
    }

    private long addresses(String state) {
        return database.number(
                "SELECT COUNT(*) AS n FROM ip_assignment s JOIN ip_address a ON a.id = s.address_id"
                        + " WHERE s.vps_id = ? AND a.state = ?",
                vps,
                state);
    }

    @Test
    void aNodeThatSpeaksIsNotDead() throws Exception {
        say(source, "death", name(source)).then().statusCode(409).body("code", equalTo("node-alive"));
        say(source, "death", "another").then().statusCode(422).body("faults.field", hasItem("name"));
        say(source, "death/release", name(source)).then().statusCode(409).body("code", equalTo("alive"));
        tell(source, 1, State.RUNNING);
        dies(source);
        say(source, "death", name(source)).then().statusCode(409).body("code", equalTo("dead"));
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/node-deaths")
                .then()
                .statusCode(200)
                .body("node.id", hasItem(source.id().toString()));
    }
}
