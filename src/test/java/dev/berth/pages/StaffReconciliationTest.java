package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Staff see what does not fit, what hosts counted, and settle a finding with a reason. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffReconciliationTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private static String open(String path) {
        Response shown = Given.browsing(Given.SUPPORT).get(path);
        PageRules.check(shown, 200);
        return shown.asString();
    }

    private UUID finding(UUID account) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO reconciliation_finding (id, kind, subject, detail, account_id, since, first_seen_at, last_seen_at)"
                        + " VALUES (?, 'BILLED_GONE', ?, 'web-1 is paid for, and nothing of it is left', ?, ?, ?, ?)",
                id,
                id,
                account,
                clock.instant(),
                clock.instant(),
                clock.instant());
        return id;
    }

    @Test
    void aFindingIsAcceptedOnItsPage() {
        UUID id = finding(seed.account());
        assertTrue(open("/staff/reconciliation").contains("/staff/reconciliation/" + id));
        Matcher key = KEY.matcher(open("/staff/reconciliation/" + id));
        assertTrue(key.find());

        Response refused = accept(id, key.group(1), "");
        Response accepted = accept(id, key.group(1), "settled by hand");

        PageRules.check(refused, 422);
        assertEquals(303, accepted.statusCode(), accepted.asString());
        String after = open("/staff/reconciliation/" + id);
        assertTrue(after.contains("settled by hand"));
        assertFalse(after.contains("data-testid=\"accept\""), "only once");
    }

    private static Response accept(UUID id, String key, String reason) {
        return Given.browsing(Given.SUPPORT)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParam("reason", reason)
                .post("/staff/reconciliation/" + id + "/accept");
    }

    @Test
    void aNodesSumsAreShownWithTheirTolerance() {
        UUID node = seed.node();
        assertTrue(open("/staff/reconciliation/nodes/" + node).contains("has not told"));
        database.update(
                "INSERT INTO conservation (node_id, meter, window_from, window_to, contexts, host, tolerance, verdict, checked_at)"
                        + " VALUES (?, 'CPU_TIME', ?, ?, 1234567, 1000000, 16010000, 'HOLDS', ?)",
                node,
                clock.instant().minus(2, ChronoUnit.HOURS),
                clock.instant().minus(1, ChronoUnit.HOURS),
                clock.instant());

        String page = open("/staff/reconciliation/nodes/" + node);

        assertTrue(page.contains("1234567") && page.contains("16010000") && page.contains("holds"), page);
        PageRules.check(
                Given.browsing("user:" + UUID.randomUUID() + ";customer").get("/staff/reconciliation"), 403);
    }
}
