package dev.berth.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Departure;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Counters;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.testing.Given;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A VPS moves between two nodes that speak the agent API over real TLS, from the request to the last trace of it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MigrationTest {
    private static final String DISK = "all that it has";

    @Inject
    AgentServer server;

    @Inject
    Database database;

    private String owner = "";
    private TestNode source;
    private TestNode target;
    private UUID vps = new UUID(0, 0);
    private String moves = "";
    private String id = "";
    private String operation = "";

    @BeforeEach
    void aServerAndAnotherNode() throws Exception {
        owner = Given.customer();
        source = node("source");
        target = node("target");
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

    private TestNode node(String name) throws Exception {
        String unique = name + UUID.randomUUID().toString().substring(0, 8);
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

    private Response ask() {
        return Given.once(Given.SUPPORT)
                .body(Map.of("node", target.id().toString(), "reason", "a fan is loud"))
                .post(moves);
    }

    private void share() {
        String cidr = Given.as(Given.ADMIN)
                .get("/api/admin/v1/nodes/" + source.id() + "/ip-pools")
                .path("[0].cidr");
        Given.once(Given.ADMIN)
                .body(Map.of("cidr", cidr, "shared", true))
                .post("/api/admin/v1/nodes/" + target.id() + "/ip-pools")
                .then()
                .statusCode(201)
                .body("cidr", equalTo(cidr));
    }

    private void begin() {
        share();
        Response begun = ask();
        begun.then().statusCode(202).body("operation.kind", equalTo("MIGRATE"));
        id = begun.path("migration.id");
        operation = begun.path("operation.id");
    }

    private ValidatableResponse move() {
        return Given.as(Given.SUPPORT).get(moves).then().statusCode(200);
    }

    private void state(String wanted) {
        move().body("[0].state", equalTo(wanted));
    }

    private ValidatableResponse operation() {
        return Given.as(owner).get("/api/v1/operations/" + operation).then().statusCode(200);
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

    private Response giveUp() {
        return Given.once(Given.SUPPORT)
                .body(Map.of("reason", "too loud there, too"))
                .post(moves + "/" + id + "/give-up");
    }

    private long reserved(TestNode node) {
        return database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node.id());
    }

    @Test
    void goesTheWholeWay() throws Exception {
        ask().then().statusCode(409).body("code", equalTo("address-not-served")).body("detail", containsString("10."));
        assertEquals(0, reserved(target));
        begin();

        ContextSpec leaving = spec(source);
        assertEquals(2, leaving.generation());
        assertEquals(DesiredState.RUNNING, leaving.desiredState());
        assertEquals(Optional.of(new Migration(id, Role.SOURCE)), leaving.migration());
        assertEquals(List.of(), target.desired("?after=-1").contexts());
        assertEquals(250, reserved(target));
        cannotBeChanged();
        tell(source, 2, State.STOPPED);
        state("COPYING");

        handOver();
        tell(source, 2, State.STOPPED);

        state("SWITCHED");
        ContextSpec arriving = spec(target);
        assertEquals(3, arriving.generation());
        assertEquals(Optional.of(new Migration(id, Role.TARGET)), arriving.migration());
        assertEquals(leaving.addresses(), arriving.addresses());
        assertEquals(leaving, spec(source), "as long as the target may fail");
        assertEquals(
                DISK,
                target.send("migrations/" + id + "/pieces/0", r -> r.GET()).body());
        tell(source, 2, State.STOPPED);
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/quarantined-contexts")
                .then()
                .body("contextId", not(hasItem(vps.toString())));

        tell(target, 3, State.CREATING);
        state("SWITCHED");
        tell(target, 3, State.RUNNING);

        state("SEALED");
        assertEquals(arriving, spec(target), "a generation never changes its content");
        isTheTargetsAlone();
    }

    private void cannotBeChanged() {
        for (String action : new String[] {"stop", "restart", "delete"}) {
            Given.once(owner)
                    .post("/api/v1/vps/" + vps + "/actions/" + action)
                    .then()
                    .statusCode(409)
                    .body("code", equalTo("moving"));
        }
        Given.as(owner)
                .header("If-Match", "\"1\"")
                .body(Map.of("inbound", "DROP", "outbound", "ACCEPT", "rules", List.of()))
                .put("/api/v1/vps/" + vps + "/firewall-ruleset")
                .then()
                .statusCode(409);
    }

    private void isTheTargetsAlone() throws Exception {
        move().body("[0].leftover", equalTo(true));
        operation().body("state", equalTo("SUCCEEDED")).body("reason", equalTo("a fan is loud"));
        giveUp().then().statusCode(409);
        ContextSpec tombstone = spec(source);
        assertEquals(DesiredState.DELETED, tombstone.desiredState());
        assertEquals(3, tombstone.generation());
        assertEquals(250, reserved(source));
        tell(source, 3, State.DELETING);
        tell(source, 3, State.GONE);

        move().body("[0].leftover", equalTo(false));
        assertEquals(List.of(), source.desired("?after=-1").contexts());
        assertEquals(0, reserved(source));
        Given.as(owner)
                .get("/api/v1/vps/" + vps)
                .then()
                .body("observedState", equalTo("RUNNING"))
                .body("node.id", equalTo(target.id().toString()));
        Given.once(owner).post("/api/v1/vps/" + vps + "/actions/stop").then().statusCode(202);
        assertEquals(4, spec(target).generation());
        assertTrue(spec(target).migration().isEmpty());
    }

    @Test
    void isGivenUpBeforeItIsHandedOver() throws Exception {
        begin();
        giveUp().then().statusCode(202).body("state", equalTo("GAVE_UP"));
        operation().body("state", equalTo("CANCELLED"));
        ContextSpec spec = spec(source);
        assertEquals(3, spec.generation());
        assertTrue(spec.migration().isEmpty());
        assertEquals(List.of(), target.desired("?after=-1").contexts());
        assertEquals(0, reserved(target));
        giveUp().then().statusCode(409);
        assertEquals(
                404,
                source.send("migrations/" + id + "/pieces/0", r -> r.PUT(BodyPublishers.ofString(DISK)))
                        .statusCode());
        tell(source, 3, State.RUNNING);
        ask().then().statusCode(202);
    }

    @Test
    void comesBackWhenItsTargetHasForgottenIt() throws Exception {
        switched();
        ContextSpec sealed = spec(source);
        ContextStatus fine = Given.status(vps, 0, State.CREATING);
        ContextStatus failing = new ContextStatus(
                fine.contextId(),
                0,
                State.CREATING,
                0,
                Optional.of("tar: no space left"),
                fine.steps(),
                List.of(),
                Optional.empty());
        target.observe(1, failing);
        operation().body("state", equalTo("NEEDS_ATTENTION"));

        giveUp().then().statusCode(202).body("state", equalTo("RETURNING"));

        assertEquals(sealed, spec(source), "it may still be there");
        ContextSpec tombstone = spec(target);
        assertEquals(DesiredState.DELETED, tombstone.desiredState());
        assertEquals(4, tombstone.generation());
        tell(source, 2, State.STOPPED);
        tell(target, 0, State.CREATING);
        state("RETURNING");
        Given.once(owner).post("/api/v1/vps/" + vps + "/actions/stop").then().statusCode(409);

        tell(target, 4, State.GONE);

        move().body("[0].state", equalTo("GAVE_UP")).body("[0].failure", equalTo("too loud there, too"));
        operation().body("state", equalTo("CANCELLED")).body("failure", containsString("where it was"));
        ContextSpec again = spec(source);
        assertEquals(4, again.generation());
        assertEquals(DesiredState.RUNNING, again.desiredState());
        assertTrue(again.migration().isEmpty());
        assertEquals(0, reserved(target));
        assertEquals(250, reserved(source));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps_stay WHERE vps_id = ?", vps));
        tell(source, 4, State.RUNNING);
        Given.once(owner).post("/api/v1/vps/" + vps + "/actions/stop").then().statusCode(202);
    }

    @Test
    void whatHasSnapshotsStays() throws Exception {
        share();
        Given.once(owner)
                .body(Map.of("name", "mine"))
                .post("/api/v1/vps/" + vps + "/snapshots")
                .then()
                .statusCode(202);
        ask().then().statusCode(409).body("code", equalTo("busy")).body("detail", containsString("1 snapshots"));
        Given.once(Given.SUPPORT)
                .body(Map.of("node", "nowhere", "reason", ""))
                .post(moves)
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("node"))
                .body("faults.field", hasItem("reason"));
        assertEquals(0, reserved(target));
    }

    @Test
    void staffMoveItOnAPage() throws Exception {
        share();
        String page = "/staff/vps/" + vps + "/moves";
        String shown = Given.browsing(Given.SUPPORT).get(page).asString();
        assertTrue(
                shown.contains("value=\"" + target.id() + "\"") && !shown.contains("value=\"" + source.id() + "\""),
                shown);
        assertEquals(422, send(page, shown, "").statusCode());
        assertEquals(303, send(page, shown, "a fan is loud").statusCode());
        id = move().extract().path("[0].id");

        String moving = Given.browsing(Given.SUPPORT).get(page).asString();
        assertTrue(moving.contains("its disk is copied") && moving.contains("a fan is loud"), moving);
        Response back = send(page + "/" + id + "/give-up", moving, "not today");
        assertEquals(303, back.statusCode());
        assertTrue(Given.browsing(Given.SUPPORT).get(page).asString().contains("given up"));
        assertEquals(403, Given.browsing(owner).get(page).statusCode());
    }

    private Response send(String to, String shown, String reason) {
        Matcher key = Pattern.compile("name=\"key\" value=\"([^\"]+)\"").matcher(shown);
        assertTrue(key.find(), shown);
        return Given.browsing(Given.SUPPORT)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(Map.of("key", key.group(1), "node", target.id().toString(), "reason", reason))
                .post(to);
    }
}
