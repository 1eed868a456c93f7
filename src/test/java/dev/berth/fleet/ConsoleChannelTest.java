package dev.berth.fleet;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.ConsoleRequests.Request;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.testing.TestNode;
import dev.berth.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A browser's end and a node's, joined by the portal over real sockets. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ConsoleChannelTest {
    @TestHTTPResource("/console")
    URI console = URI.create("http://not-yet-known.invalid");

    @Inject
    AgentServer server;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private TestNode node;
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServerThatRuns() throws Exception {
        node = node("console");
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node.id(), seed.planVersion("EUR"));
    }

    private TestNode node(String name) throws Exception {
        String unique = name + UUID.randomUUID().toString().substring(0, 8);
        return TestNode.enrol(server.port(), unique, Given.joinToken(unique));
    }

    private String ticket() {
        return Given.as(owner)
                .body(Map.of())
                .post("/api/v1/vps/" + vps + "/console-tickets")
                .then()
                .statusCode(201)
                .extract()
                .path("ticket");
    }

    private static String hello(String ticket) {
        return "{\"ticket\":\"%s\",\"columns\":120,\"rows\":40}".formatted(ticket);
    }

    private WebSocket browser(Wire wire) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(console.toString().replaceFirst("^http", "ws")), wire)
                .join();
    }

    private List<Request> told(TestNode who, int wait) throws Exception {
        String answer =
                who.send("consoles?wait=" + wait, HttpRequest.Builder::GET).body();
        return TestNode.JSON.readValue(answer, ConsoleRequests.class).requests();
    }

    private List<String> trail() {
        return database.list(
                "SELECT action, COALESCE(reason, '') AS reason FROM audit_event WHERE subject_id = ? ORDER BY seq",
                row -> row.text("action") + " " + row.text("reason"),
                vps.toString());
    }

    @Test
    void whatIsTypedAndShownPassesAndWhoHangsUpEndsIt() throws Exception {
        String ticket = ticket();
        Wire screen = new Wire();
        WebSocket browser = browser(screen);
        browser.sendText(hello(ticket), true).join();

        Request request = told(node, 20).getFirst();
        assertEquals(vps.toString(), request.contextId());
        assertEquals(new ConsoleRequests.Size(120, 40), request.size());
        assertEquals(List.of(), told(node, 0), "each is told once");

        Wire terminal = new Wire();
        WebSocket line = node.dial("consoles/" + request.sessionId(), terminal).get(20, TimeUnit.SECONDS);
        line.sendText(ConsoleRequests.OPEN, true).join();
        assertEquals("text " + ConsoleRequests.OPEN, screen.next());
        line.sendBinary(Wire.bytes("root@web:~# "), true).join();
        assertEquals("binary root@web:~# ", screen.next());
        browser.sendBinary(Wire.bytes("hostname\n"), true).join();
        assertEquals("binary hostname\n", terminal.next());
        browser.sendText("{\"columns\":80,\"rows\":24}", true).join();
        assertEquals("text {\"columns\":80,\"rows\":24}", terminal.next());

        line.sendClose(WebSocket.NORMAL_CLOSURE, "the terminal ended").join();
        assertEquals("close 1000 the terminal ended", screen.next());
        Awaitility.await()
                .untilAsserted(() -> assertEquals(
                        List.of("vps.console.open ", "vps.console.close "),
                        trail().stream()
                                .filter(deed -> deed.contains("console"))
                                .toList()));
    }

    @Test
    void aTicketIsGoodOnceAndOnlyForAWhile() throws Exception {
        String ticket = ticket();
        Wire first = new Wire();
        Wire second = new Wire();
        CompletableFuture.allOf(
                        browser(first).sendText(hello(ticket), true),
                        browser(second).sendText(hello(ticket), true))
                .join();
        Request request = told(node, 20).getFirst();
        WebSocket line =
                node.dial("consoles/" + request.sessionId(), new Wire()).get(20, TimeUnit.SECONDS);
        line.sendText(ConsoleRequests.OPEN, true).join();
        assertEquals(
                List.of("close 4403 This ticket is not good any more.", "text {\"state\":\"open\"}"),
                List.of(first.next(), second.next()).stream().sorted().toList());
        line.abort();

        String late = ticket();
        database.update("UPDATE console_ticket SET expires_at = ? WHERE used_at IS NULL", clock.instant());
        Wire third = new Wire();
        browser(third).sendText(hello(late), true).join();
        assertEquals("close 4403 This ticket is not good any more.", third.next());
    }

    @Test
    void rubbishIsNoTicketAndAnotherSitesPageIsNotServed() throws Exception {
        Wire wire = new Wire();
        browser(wire).sendText("rubbish", true).join();
        assertEquals("close 4400 the first message is a ticket", wire.next());

        CompletableFuture<WebSocket> foreign = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "https://evil.example")
                .buildAsync(URI.create(console.toString().replaceFirst("^http", "ws")), new Wire());
        assertThrows(CompletionException.class, foreign::join);
    }

    @Test
    void onlyItsOwnNodeCanTakeASession() throws Exception {
        Wire screen = new Wire();
        WebSocket browser = browser(screen);
        browser.sendText(hello(ticket()), true).join();
        Request request = told(node, 20).getFirst();

        TestNode other = node("other");
        assertEquals(List.of(), told(other, 0));
        assertThrows(
                ExecutionException.class,
                () -> other.dial("consoles/" + request.sessionId(), new Wire()).get(20, TimeUnit.SECONDS));

        WebSocket line =
                node.dial("consoles/" + request.sessionId(), new Wire()).get(20, TimeUnit.SECONDS);
        line.sendText(ConsoleRequests.OPEN, true).join();
        assertEquals("text " + ConsoleRequests.OPEN, screen.next());
        assertThrows(
                ExecutionException.class,
                () -> node.dial("consoles/" + request.sessionId(), new Wire()).get(20, TimeUnit.SECONDS),
                "nor twice");
        browser.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        line.abort();
    }

    @Test
    void aNodeThatCannotOpenItSaysWhyAndNothingWasOpen() throws Exception {
        Wire screen = new Wire();
        browser(screen).sendText(hello(ticket()), true).join();
        Request request = told(node, 20).getFirst();
        WebSocket line =
                node.dial("consoles/" + request.sessionId(), new Wire()).get(20, TimeUnit.SECONDS);
        line.sendClose(1011, "it does not run").join();
        assertEquals("close 1000 it does not run", screen.next());
    }

    @Test
    void noSizeOfATerminalIsRefused() throws Exception {
        Wire screen = new Wire();
        browser(screen)
                .sendText("{\"ticket\":\"x\",\"columns\":0,\"rows\":5000}", true)
                .join();
        String said = screen.next();
        assertTrue(said.startsWith("close 4400 ") && said.contains("0 columns and 5000 rows"), said);
    }

    @Test
    void staffSayWhyAndTheOwnerReadsIt() {
        String path = "/api/v1/vps/" + vps + "/console-tickets";
        Given.as(Given.SUPPORT)
                .body(Map.of())
                .post(path)
                .then()
                .statusCode(422)
                .body("faults[0].field", equalTo("reason"));
        Given.as(Given.SUPPORT)
                .body(Map.of("reason", "you asked us to look"))
                .post(path)
                .then()
                .statusCode(201);
        Given.as(Given.customer()).body(Map.of()).post(path).then().statusCode(404);

        database.update("UPDATE vps SET observed_state = 'STOPPED' WHERE id = ?", vps);
        Given.as(owner).body(Map.of()).post(path).then().statusCode(409).body("code", equalTo("not-running"));
        assertFalse(trail().stream().anyMatch(deed -> deed.contains("console")), "a ticket alone opens nothing");
    }

    @Test
    void theOwnerSeesThatStaffAreConnected() throws Exception {
        String ticket = Given.as(Given.SUPPORT)
                .body(Map.of("reason", "you asked us to look"))
                .post("/api/v1/vps/" + vps + "/console-tickets")
                .then()
                .statusCode(201)
                .extract()
                .path("ticket");
        WebSocket browser = browser(new Wire());
        browser.sendText(hello(ticket), true).join();
        told(node, 20);

        String page = Given.browsing(owner).get("/vps/" + vps).asString();
        assertTrue(page.contains("data-testid=\"staff-console\""), page);
        assertTrue(page.contains("you asked us to look"), page);
        assertTrue(trail().contains("vps.console.open you asked us to look"), trail()::toString);
        browser.abort();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertFalse(
                        Given.browsing(owner).get("/vps/" + vps).asString().contains("staff-console")));
    }
}
