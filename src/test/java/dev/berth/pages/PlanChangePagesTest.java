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
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages on which an owner sees what another plan means, and takes it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PlanChangePagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID vps = new UUID(0, 0);
    private String page = "";

    @BeforeEach
    void aServer() {
        UUID account = UUID.fromString(Given.accountOf(owner));
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "40"));
        vps = seed.vps(account, seed.node(), version);
        seed.subscription(vps, account, version, clock.instant().minus(40, ChronoUnit.DAYS), Optional.empty());
        database.update(
                "UPDATE node SET reserved_cpu_milli = 250, reserved_memory_bytes = 1, reserved_disk_bytes = 1"
                        + " WHERE id = (SELECT node_id FROM vps WHERE id = ?)",
                vps);
        page = "/vps/" + vps + "/plan";
    }

    private Response open(String path) {
        Response shown = Given.browsing(owner).get(page + path);
        PageRules.check(shown, 200);
        return shown;
    }

    private Response send(String path, String key) {
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .post(page + path);
    }

    private static String key(Response shown) {
        Matcher key = KEY.matcher(shown.asString());
        assertTrue(key.find(), shown.asString());
        return key.group(1);
    }

    @Test
    void plansAreOfferedAndTheOneChosenIsTakenOnce() {
        assertTrue(open("").asString().contains(page + "/skiff"));
        Response preview = open("/skiff");
        assertTrue(preview.asString().contains("data-testid=\"past\""), "what was used, on both plans");
        assertTrue(preview.asString().contains("0.5 GiB"));
        String key = key(preview);

        Response taken = send("/skiff", key);
        Response again = send("/skiff", key);

        assertEquals(303, taken.statusCode(), taken.asString());
        assertEquals(taken.header("Location"), again.header("Location"));
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM subscription WHERE vps_id = ?", vps));
        assertFalse(open("").asString().contains(page + "/skiff\""), "the present one is not offered");
    }

    @Test
    void whatStandsInTheWayIsSaidInsteadOfAButton() {
        String key = key(open("/dinghy"));
        database.update("UPDATE node SET memory_bytes = 1000 WHERE id = (SELECT node_id FROM vps WHERE id = ?)", vps);

        String preview = open("/dinghy").asString();
        Response refused = send("/dinghy", key);

        assertTrue(preview.contains("data-testid=\"obstacles\"") && preview.contains("no room for this plan"));
        assertFalse(preview.contains("data-testid=\"change-plan\""));
        PageRules.check(refused, 409);
        assertTrue(refused.asString().contains("no room for this plan"));
        PageRules.check(Given.browsing(owner).get(page + "/no-such"), 404);
        PageRules.check(
                Given.browsing("user:" + UUID.randomUUID() + ";customer").get(page), 404);
    }
}
