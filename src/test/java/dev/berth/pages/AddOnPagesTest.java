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

/** The pages on which an owner sees what an add-on means, takes it, and gives it up. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AddOnPagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private String owner = "";
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        owner = Given.customer();
        UUID account = UUID.fromString(Given.accountOf(owner));
        UUID version = seed.planVersion("EUR");
        vps = seed.vps(account, seed.node(), version);
        seed.subscription(vps, account, version, clock.instant().minus(1, ChronoUnit.DAYS), Optional.empty());
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by,"
                        + " created_at) SELECT ?, account_id, id, plan_version_id, 'INVOICE', 'test', created_at FROM vps"
                        + " WHERE id = ?",
                UUID.randomUUID(),
                vps);
    }

    private Response open(String path) {
        return Given.browsing(owner).get("/vps/" + vps + "/add-ons" + path);
    }

    private Response send(String key, int units) {
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParam("units", units)
                .post("/vps/" + vps + "/add-ons/more-snapshots");
    }

    private String key(int units) {
        Matcher key = KEY.matcher(open("/more-snapshots?units=" + units).asString());
        assertTrue(key.find());
        return key.group(1);
    }

    private long units() {
        return database.number(
                "SELECT COALESCE(SUM(units), 0) AS n FROM add_on_subscription WHERE open_vps_id = ?", vps);
    }

    @Test
    void anAddOnIsTakenOnceAndGivenUp() {
        Response shelf = open("");
        PageRules.check(shelf, 200);
        assertTrue(shelf.asString().contains("Three more snapshots"));
        PageRules.check(open("/more-snapshots?units=2"), 200);
        String key = key(2);

        assertEquals(303, send(key, 2).statusCode());
        assertEquals(303, send(key, 2).statusCode());

        assertEquals(2, units());
        assertTrue(open("").asString().contains("it has 2"));
        assertEquals(303, send(key(0), 0).statusCode());
        assertEquals(0, units());
    }

    @Test
    void whatCannotBeDoneHasNoButtonAndIsSaid() {
        Response refused = open("/more-snapshots?units=5");

        PageRules.check(refused, 200);
        assertTrue(refused.asString().contains("can have 4 of it at most"));
        assertFalse(refused.asString().contains("data-testid=\"change-add-on\""));
        Response sent = send(UUID.randomUUID().toString(), 5);
        PageRules.check(sent, 409);
        assertEquals(0, units());
        PageRules.check(open("/more-snapshots?units=many"), 422);
        PageRules.check(
                Given.browsing("user:" + UUID.randomUUID() + ";customer").get("/vps/" + vps + "/add-ons"), 404);
    }
}
