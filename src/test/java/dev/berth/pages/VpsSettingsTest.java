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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page on which an owner changes a VPS; the password is shown by one answer only. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class VpsSettingsTest {
    @Inject
    Database database;

    @Inject
    Seed seed;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), seed.node(), seed.planVersion("EUR"));
    }

    private String text(String column) {
        return database.one("SELECT * FROM vps WHERE id = ?", row -> row.text(column), vps)
                .orElseThrow();
    }

    @Test
    void thePagesDoTheSame() {
        String page = "/vps/" + vps + "/settings";
        Response form = Given.browsing(owner).get(page);
        PageRules.check(form, 200);
        String key = field(form, "key");

        Response saved = post(
                page,
                Map.of(
                        "key",
                        key,
                        "version",
                        "0",
                        "hostname",
                        "by-page",
                        "sshKeys",
                        Given.SSH_KEY,
                        "startPriority",
                        "7",
                        "feature-TUN",
                        "on"));
        assertEquals(303, saved.statusCode());
        assertEquals("by-page", text("hostname"));
        assertEquals("TUN", text("features"));
        assertEquals("7", text("start_priority"));
        assertTrue(Given.browsing(owner).get(page).asString().contains("name=\"feature-TUN\" value=\"on\" checked"));

        Response refused = post(
                page,
                Map.of(
                        "key",
                        key + "x",
                        "version",
                        "1",
                        "hostname",
                        "by-page",
                        "sshKeys",
                        "rubbish",
                        "startPriority",
                        "7"));
        PageRules.check(refused, 422);
        assertTrue(refused.asString().contains("must be a line"), refused.asString());

        Response reset = post(page + "/password", Map.of("key", key));
        PageRules.check(reset, 200);
        Matcher shown =
                Pattern.compile("data-testid=\"new-password\">([a-z0-9]{24})<").matcher(reset.asString());
        assertTrue(shown.find(), reset.asString());
        Response again = post(page + "/password", Map.of("key", key));
        assertEquals(303, again.statusCode());
        assertTrue(again.header("Location").contains("/operations/"), again.header("Location"));
        assertEquals("1", text("password_resets"));
    }

    private Response post(String to, Map<String, String> fields) {
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to);
    }

    private static String field(Response page, String name) {
        Matcher field = Pattern.compile("name=\"%s\" value=\"([^\"]+)\"".formatted(name))
                .matcher(page.asString());
        assertTrue(field.find(), page.asString());
        return field.group(1);
    }
}
