package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What administrators do with a node on its page. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffNodeTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private UUID node = new UUID(0, 0);
    private String path = "";

    @BeforeEach
    void aNode() {
        node = seed.node();
        path = "/staff/nodes/" + node;
    }

    private Response page(String caller) {
        Response page = Given.browsing(caller).get(path);
        PageRules.check(page, 200);
        return page;
    }

    private Response act(String caller, String action, String key) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded")
                .formParam("key", key)
                .post(path + "/" + action);
    }

    private String key() {
        Matcher key = KEY.matcher(page(Given.ADMIN).asString());
        assertTrue(key.find(), "a form");
        return key.group(1);
    }

    private String state() {
        return database.one("SELECT state FROM node WHERE id = ?", row -> row.text("state"), node)
                .orElseThrow();
    }

    @Test
    void aNodeIsDrainedAndOpenedAgain() {
        seed.vps(seed.account(), node, seed.planVersion("EUR"));
        String key = key();
        assertEquals(303, act(Given.ADMIN, "drain", key).statusCode());
        assertEquals(303, act(Given.ADMIN, "drain", key).statusCode());
        assertEquals("DRAINING", state());
        String drained = page(Given.ADMIN).asString();
        assertTrue(drained.contains("Still on it: 1 VPS"), drained);
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'node.change' AND subject_id = ?", node));

        assertEquals(303, act(Given.ADMIN, "open", key()).statusCode());
        assertEquals("ACTIVE", state());
    }

    @Test
    void onlyAdministratorsDo() {
        assertFalse(page(Given.SUPPORT).asString().contains("/drain\""));
        assertEquals(403, act(Given.SUPPORT, "drain", "some-key").statusCode());
        assertEquals("ACTIVE", state());
    }

    @Test
    void aRetiredNodeStaysSo() {
        String key = key();
        database.update("UPDATE node SET state = 'RETIRED' WHERE id = ?", node);
        assertEquals(409, act(Given.ADMIN, "open", key).statusCode());
        assertEquals("RETIRED", state());
    }

    @Test
    void whatNobodyAskedForIsShown() {
        UUID stranger = UUID.randomUUID();
        assertFalse(page(Given.SUPPORT).asString().contains("nobody asked for"));
        database.update(
                "INSERT INTO quarantined_context (node_id, context_id, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?)",
                node,
                stranger,
                clock.instant(),
                clock.instant());
        assertTrue(page(Given.SUPPORT).asString().contains(stranger.toString()));
    }
}
