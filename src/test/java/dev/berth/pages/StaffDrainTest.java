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
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node is emptied on its page. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffDrainTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
    private static final Pattern STOP = Pattern.compile("action=\"([^\"]+/stop)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private UUID node = new UUID(0, 0);
    private UUID target = new UUID(0, 0);
    private String path = "";

    @BeforeEach
    void aNodeAndAnother() {
        node = node();
        target = node();
        path = "/staff/nodes/" + node + "/drains";
        seed.vps(seed.account(), node, seed.planVersion("EUR"));
    }

    private UUID node() {
        UUID id = seed.node();
        database.update(
                "UPDATE node SET last_seen_at = ?, desired_revision = 1000000 WHERE id = ?", clock.instant(), id);
        return id;
    }

    private String page(String caller) {
        Response page = Given.browsing(caller).get(path);
        PageRules.check(page, 200);
        return page.asString();
    }

    private static String found(Pattern pattern, String page) {
        Matcher matcher = pattern.matcher(page);
        assertTrue(matcher.find(), page);
        return matcher.group(1);
    }

    private static Response send(String to, Map<String, Object> fields) {
        return Given.browsing(Given.ADMIN)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to);
    }

    @Test
    void isEmptiedAndStopped() {
        String shown = page(Given.ADMIN);
        assertTrue(shown.contains("value=\"" + target + "\"") && !shown.contains("value=\"" + node + "\""), shown);
        String key = found(KEY, shown);
        Response refused = send(path, Map.of("key", key, "reason", "", "atOnce", "1"));
        PageRules.check(refused, 422);
        assertEquals(
                303,
                send(path, Map.of("key", key, "reason", "a fan is loud", "atOnce", "1", "targets", target.toString()))
                        .statusCode());

        String begun = page(Given.SUPPORT);
        assertTrue(begun.contains("a fan is loud") && begun.contains("data-testid=\"drained\""), begun);
        assertTrue(begun.contains("How far it is") && !begun.contains("Move everything away"), begun);
        String onNode =
                Given.browsing(Given.SUPPORT).get("/staff/nodes/" + node).asString();
        assertTrue(onNode.contains("It is being emptied") && onNode.contains("of 1 VPS moved"), onNode);
        String stop = found(STOP, begun);
        assertEquals(303, send(stop, Map.of("key", found(KEY, begun))).statusCode());
        assertFalse(page(Given.SUPPORT).contains("/stop\""));
    }

    @Test
    void onlyAdministratorsBegin() {
        assertFalse(page(Given.SUPPORT).contains("Move everything away"));
        assertEquals(403, Given.browsing(Given.customer()).get(path).statusCode());
    }
}
