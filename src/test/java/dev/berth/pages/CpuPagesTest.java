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
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CpuPagesTest {
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
        vps = server(true);
    }

    private UUID server(boolean surplus) {
        UUID account = UUID.fromString(Given.accountOf(owner));
        UUID version = seed.planVersion("EUR");
        if (surplus) {
            seed.tariffLine(version, 1, new Seed.Price("USAGE", Optional.of("CPU_SURPLUS"), 0, 3_600_000_000L, "0.05"));
        }
        UUID id = seed.vps(account, seed.node(), version);
        seed.subscription(id, account, version, clock.instant().minus(1, ChronoUnit.DAYS), Optional.empty());
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by,"
                        + " created_at) SELECT ?, account_id, id, plan_version_id, 'INVOICE', 'test', created_at FROM vps"
                        + " WHERE id = ?",
                UUID.randomUUID(),
                id);
        return id;
    }

    private Response open() {
        return Given.browsing(owner).get("/vps/" + vps + "/cpu");
    }

    private String key() {
        Matcher key = KEY.matcher(open().asString());
        assertTrue(key.find());
        return key.group(1);
    }

    private Response send(String what, String key, Map<String, String> fields) {
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParams(fields)
                .post("/vps/" + vps + "/cpu/" + what);
    }

    @Test
    void aPackIsBoughtOnceForEachShowingOfItsForm() {
        PageRules.check(open(), 200);
        assertTrue(open().asString().contains("lapses: it is neither paid back nor moved"));
        String key = key();
        Map<String, String> two = Map.of("addOn", "cpu-hour", "units", "2");

        assertEquals(303, send("credit", key, two).statusCode());
        assertEquals(303, send("credit", key, two).statusCode());

        assertTrue(open().asString().contains("<dd class=\"big\" data-testid=\"credit-left\">2 vCPU h</dd>"));
        PageRules.check(send("credit", key(), Map.of("addOn", "cpu-hour", "units", "many")), 422);
    }

    @Test
    void aCapIsSetAndTakenBack() {
        assertTrue(open().asString().contains("nothing: it is off"));

        assertEquals(303, send("surplus", key(), Map.of("monthlyCap", "5")).statusCode());
        assertTrue(open().asString().contains("value=\"5.00\""));
        Response refused = send("surplus", key(), Map.of("monthlyCap", "much"));
        PageRules.check(refused, 422);
        assertTrue(refused.asString().contains("such as 5.00"));
        assertEquals(303, send("surplus", key(), Map.of("monthlyCap", "")).statusCode());

        assertTrue(open().asString().contains("nothing: it is off"));
    }

    @Test
    void aPlanWithoutSurplusSaysSo() {
        vps = server(false);
        Response page = open();
        PageRules.check(page, 200);
        assertTrue(page.asString().contains("has no surplus"));
    }
}
