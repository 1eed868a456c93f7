package dev.berth.fleet;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static dev.berth.testing.Given.status;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Desired;
import dev.berth.contract.Observed.State;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AgentApiTest {
    @Inject
    AgentServer server;

    @Test
    void aVpsLivesFromOrderToGone() throws Exception {
        // given a node that polls, and a customer
        TestNode node = node("agent-a");
        Desired first = node.desired("");
        assertTrue(first.full());
        String customer = Given.customer();
        CompletableFuture<Desired> polled = CompletableFuture.supplyAsync(() -> poll(node, first.revision()));

        // when the customer orders
        long ordered = System.nanoTime();
        String vps = once(customer)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(202)
                .body("operation.state", equalTo("PENDING"))
                .extract()
                .path("vpsId");
        Desired change = polled.get(20, TimeUnit.SECONDS);

        // then the node hears of it at once and makes it so
        assertTrue(Duration.ofNanos(System.nanoTime() - ordered).toSeconds() < 5);
        ContextSpec spec = change.contexts().getFirst();
        assertEquals(vps, spec.contextId());
        assertEquals(1, spec.addresses().size());
        UUID id = UUID.fromString(vps);
        assertEquals(204, node.observe(change.revision(), status(id, 0, State.CREATING)));
        assertEquals(204, node.observe(change.revision(), status(id, 1, State.RUNNING)));
        String operation =
                as(customer).get("/api/v1/vps/" + vps + "/operations").path("[0].id");
        as(customer)
                .get("/api/v1/operations/" + operation + "?wait=5")
                .then()
                .body("state", equalTo("SUCCEEDED"))
                .body("steps", hasSize(1));
        as(customer).get("/api/v1/vps/" + vps).then().body("observedState", equalTo("RUNNING"));

        // when it is deleted
        once(customer).post("/api/v1/vps/" + vps + "/actions/delete").then().statusCode(202);
        Desired tombstone = node.desired("?after=" + change.revision() + "&wait=5");
        assertEquals(
                ContextSpec.DesiredState.DELETED,
                tombstone.contexts().getFirst().desiredState());
        assertEquals(204, node.observe(tombstone.revision(), status(id, 2, State.DELETING)));
        long quarantinedBefore = quarantined(node);
        assertEquals(204, node.observe(tombstone.revision(), status(id, 2, State.GONE)));

        // then only the evidence frees what it had, and the address waits
        as(customer).get("/api/v1/vps/" + vps).then().body("observedState", equalTo("GONE"));
        assertEquals(quarantinedBefore + 1, quarantined(node));
        as(Given.ADMIN)
                .get("/api/admin/v1/nodes/" + node.id())
                .then()
                .body("reserved.cpuMilli", equalTo(0))
                .body("reserved.memoryBytes", equalTo(0));
        assertTrue(node.desired("").contexts().isEmpty());
        as(Given.ADMIN).get("/api/admin/v1/audit-events/verification").then().body("brokenAt", equalTo(null));
    }

    private TestNode node(String name) throws Exception {
        TestNode node = TestNode.enrol(server.port(), name, Given.joinToken(name));
        assertEquals(204, node.observe(0));
        Given.onlyNode(node.id());
        return node;
    }

    private static Desired poll(TestNode node, long after) {
        try {
            return node.desired("?after=" + after + "&wait=15");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long quarantined(TestNode node) {
        return as(Given.ADMIN)
                .get("/api/admin/v1/nodes/" + node.id() + "/ip-pools")
                .jsonPath()
                .getLong("[0].quarantined");
    }

    @Test
    void aTokenIsGoodForOneNodeOnce() throws Exception {
        String token = Given.joinToken("agent-b");
        assertThrows(IOException.class, () -> TestNode.enrol(server.port(), "agent-x", token));
        TestNode first = TestNode.enrol(server.port(), "agent-b", token);
        assertEquals(204, first.observe(0));
        assertThrows(IOException.class, () -> TestNode.enrol(server.port(), "agent-b", token));
    }

    @Test
    void aNodeThatLostTheAnswerEnrolsAgainWithItsKey() throws Exception {
        String token = Given.joinToken("agent-i");
        TestNode lost = TestNode.enrol(server.port(), "agent-i", token);
        TestNode again = TestNode.enrol(server.port(), "agent-i", token, lost.key());
        assertEquals(lost.id(), again.id());
        assertEquals(204, again.observe(0));
        assertEquals(401, lost.observe(0));
    }

    @Test
    void aNewIdentityEndsTheOldOne() throws Exception {
        TestNode old = TestNode.enrol(server.port(), "agent-c", Given.joinToken("agent-c"));
        TestNode fresh = TestNode.enrol(server.port(), "agent-c", Given.joinToken("agent-c"));
        assertEquals(old.id(), fresh.id());
        assertEquals(401, old.observe(0));
        assertEquals(204, fresh.observe(0));
        assertEquals(200, fresh.renew().statusCode());
    }

    @Test
    void aNodeReachesItsOwnContextsOnly() throws Exception {
        // given a VPS on one node, and another node
        node("agent-d");
        String customer = Given.customer();
        String vps = once(customer)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .path("vpsId");
        String host = as(customer).get("/api/v1/vps/" + vps).path("node.name");
        TestNode other = TestNode.enrol(server.port(), "agent-e", Given.joinToken("agent-e"));

        // when the other one says it is gone
        other.observe(0, status(UUID.fromString(vps), 9, State.GONE));
        other.observe(0, status(UUID.fromString(vps), 9, State.QUARANTINED));

        // then nothing happens to it, and staff see a stranger
        as(customer)
                .get("/api/v1/vps/" + vps)
                .then()
                .body("observedState", equalTo("CREATING"))
                .body("node.name", equalTo(host));
        assertTrue(other.desired("").contexts().isEmpty());
        as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/quarantined-contexts")
                .then()
                .statusCode(200)
                .body("findAll { it.contextId == '" + vps + "' }", hasSize(1));
    }

    @Test
    void badMessagesAreRefusedWithEveryFault() throws Exception {
        TestNode node = TestNode.enrol(server.port(), "agent-f", Given.joinToken("agent-f"));
        var answer = node.send("observed", r -> r.PUT(HttpRequest.BodyPublishers.ofString("{\"bootId\":\"x\"}")));
        assertEquals(422, answer.statusCode());
        assertTrue(answer.body().contains("bootId") && answer.body().contains("capacity"), answer.body());
        assertEquals(
                400,
                node.send("observed", r -> r.PUT(HttpRequest.BodyPublishers.ofString("{")))
                        .statusCode());
        assertEquals(404, node.send("nothing", HttpRequest.Builder::GET).statusCode());
    }

    @Test
    void imagesAreServedByDigest() throws Exception {
        TestNode node = TestNode.enrol(server.port(), "agent-g", Given.joinToken("agent-g"));
        Given.image();
        String digest = as(Given.ADMIN).get("/api/v1/images").path("[0].digest");
        var info = node.send("images/" + digest, HttpRequest.Builder::GET);
        assertEquals(200, info.statusCode());
        assertTrue(info.body().contains(digest));
        assertEquals(
                200,
                node.send("images/" + digest + "/archive", HttpRequest.Builder::GET)
                        .statusCode());
        assertEquals(
                404,
                node.send("images/sha256:" + "0".repeat(64), HttpRequest.Builder::GET)
                        .statusCode());
    }

    @Test
    void aNewImageIsAnnouncedAtOnceAndWhatANodeHoldsIsKnown() throws Exception {
        TestNode node = TestNode.enrol(server.port(), "agent-j", Given.joinToken("agent-j"));
        Given.image();
        String digest = as(Given.ADMIN).get("/api/v1/images").path("[0].digest");
        Desired before = node.desired("");
        assertTrue(before.settings().images().orElseThrow().contains(digest));
        CompletableFuture<Desired> polled = CompletableFuture.supplyAsync(() -> poll(node, before.revision()));

        String fresh = Given.image("13").path("digest");

        Desired after = polled.get(10, TimeUnit.SECONDS);
        assertEquals(fresh, after.settings().images().orElseThrow().getFirst());

        node.holds(digest, fresh);
        node.observe(after.revision());
        node.holds(fresh);
        node.observe(after.revision());
        as(Given.ADMIN).get("/api/admin/v1/nodes/" + node.id()).then().body("images", equalTo(List.of(fresh)));
    }

    @Test
    void aPollWithoutNewsEndsInTime() throws Exception {
        TestNode node = TestNode.enrol(server.port(), "agent-h", Given.joinToken("agent-h"));
        long revision = node.desired("").revision();
        Instant before = Instant.now();
        Desired none = node.desired("?after=" + revision + "&wait=1");
        assertTrue(none.contexts().isEmpty());
        assertTrue(Duration.between(before, Instant.now()).toMillis() < 5_000);
    }
}
