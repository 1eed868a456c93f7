package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A node is declared gone for good on its page, and written off. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffDeathTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    private static String page(String caller, String path) {
        Response page = Given.browsing(caller).get(path);
        PageRules.check(page, 200);
        return page.asString();
    }

    private static Response send(String path, String to, String name) {
        Matcher key = KEY.matcher(page(Given.ADMIN, path));
        assertTrue(key.find(), path);
        return Given.browsing(Given.ADMIN)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(Map.of("key", key.group(1), "name", name, "reason", "it burnt"))
                .post(path + to);
    }

    @Test
    void isDeclaredAndWrittenOff() {
        UUID node = seed.node();
        seed.vps(seed.account(), node, seed.planVersion("EUR"));
        String onNode = "/staff/nodes/" + node;
        String path = onNode + "/death";
        String name = database.one("SELECT name FROM node WHERE id = ?", row -> row.text("name"), node)
                .orElseThrow();
        database.update(
                "UPDATE node SET reserved_cpu_milli = 250, reserved_memory_bytes = 1, reserved_disk_bytes = 1"
                        + " WHERE id = ?",
                node);
        assertTrue(page(Given.ADMIN, onNode).contains("declare it gone for good"));
        assertEquals(403, Given.browsing(Given.SUPPORT).get(path).statusCode());

        PageRules.check(send(path, "", "another"), 422);
        assertEquals(303, send(path, "", name).statusCode());
        String dead = page(Given.SUPPORT, onNode);
        assertTrue(dead.contains("Declared gone for good") && dead.contains("1 VPS is lost on it"), dead);
        assertTrue(dead.contains("needs attention"), dead);

        assertTrue(page(Given.ADMIN, path).contains("Write off what was on it"));
        assertEquals(303, send(path, "/release", name).statusCode());
        assertTrue(page(Given.SUPPORT, onNode).contains("written off"));
        assertTrue(page(Given.ADMIN, path).contains("was written off"));
        assertEquals(0, database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", node));
    }
}
