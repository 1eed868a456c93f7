package dev.berth.pages;

import static io.restassured.RestAssured.given;
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
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buttons of a VPS: pressed twice they do it once; what fails is told in plain words, with a reference for support. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class VpsActionsTest {
    private static final String RAW = "lxc-start: conf.c: lxc_setup: 4385 Failed to run autodev hooks";

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
        vps = seed.vps(account, seed.node(), seed.planVersion("EUR"));
        page = "/vps/" + vps;
    }

    private static RequestSpecification form(String caller) {
        return given().header("X-Test-Caller", caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8");
    }

    private Response show(String path) {
        return Given.browsing(owner).redirects().follow(false).get(path);
    }

    private static String key(Response page) {
        Matcher field = Pattern.compile("name=\"key\" value=\"([^\"]+)\"").matcher(page.asString());
        assertTrue(field.find(), page.asString());
        return field.group(1);
    }

    private long operations() {
        return database.number("SELECT COUNT(*) AS n FROM operation WHERE vps_id = ?", vps);
    }

    @Test
    void twoPressesAreOneOperation() {
        String key = key(show(page));

        Response first = form(owner).formParam("key", key).post(page + "/actions/stop");
        Response second = form(owner).formParam("key", key).post(page + "/actions/stop");
        Response other = form(owner).formParam("key", key).post(page + "/actions/restart");

        assertEquals(303, first.statusCode());
        assertEquals(first.header("Location"), second.header("Location"));
        assertEquals(303, other.statusCode());
        assertEquals(2, operations());
    }

    @Test
    void aFormWithoutItsKeyDoesNothing() {
        PageRules.check(form(owner).post(page + "/actions/stop"), 400);

        assertEquals(0, operations());
    }

    @Test
    void aKeyIsNotGoodForOtherContent() {
        String path = "/staff/accounts/" + Given.accountOf(owner);
        String key = key(Given.browsing(Given.SUPPORT).get(path));
        Map<String, String> grant = Map.of("amount", "1.00", "reason", "one", "key", key);

        Response first = form(Given.SUPPORT).formParams(grant).post(path + "/credit");
        Response changed = form(Given.SUPPORT)
                .formParams(Map.of("amount", "2.00", "reason", "two", "key", key))
                .post(path + "/credit");

        assertEquals(303, first.statusCode());
        PageRules.check(changed, 409);
        assertTrue(changed.asString().contains("was sent before"), changed.asString());
    }

    @Test
    void everyFaultOfAFormIsBesideItsFieldAndWhatWasTypedIsKept() {
        String path = "/staff/accounts/" + Given.accountOf(owner);
        String key = key(Given.browsing(Given.SUPPORT).get(path));

        Response refused = form(Given.SUPPORT)
                .formParams(Map.of("amount", "lots of it", "reason", "", "key", key))
                .post(path + "/credit");

        PageRules.check(refused, 422);
        String text = refused.asString();
        assertTrue(text.contains("value=\"lots of it\""), text);
        assertTrue(text.contains("id=\"amount-fault\" role=\"alert\">It is no amount of EUR."), text);
        assertTrue(text.contains("id=\"credit-reason-fault\" role=\"alert\">It is missing."), text);
        assertTrue(text.contains("2 fields"), text);
    }

    @Test
    void theAccountFormKeepsWhatWasTyped() {
        Response before = show("/account");
        Response refused = form(owner)
                .formParams(Map.of("name", "", "email", "not an address", "version", "0", "key", key(before)))
                .post("/account");

        PageRules.check(refused, 422);
        String text = refused.asString();
        assertTrue(text.contains("id=\"name-fault\"") && text.contains("id=\"email-fault\""), text);
        assertTrue(text.contains("value=\"not an address\""), text);
    }

    /** An operation as the node's report leaves it when LXC cannot start the context. */
    private UUID failed() {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, failure, created_at, started_at,"
                        + " deadline_at, trace_id) VALUES (?, ?, 'START', 'NEEDS_ATTENTION', 1, 'user:x', ?, ?, ?, ?, ?)",
                id,
                vps,
                RAW,
                clock.instant(),
                clock.instant(),
                clock.instant().plusSeconds(600),
                "0af7651916cd43dd8448eb211c80319c");
        database.update("UPDATE vps SET failure = ? WHERE id = ?", RAW, vps);
        return id;
    }

    @Test
    void aCustomerReadsASentenceAndStaffTheNodesWords() {
        String path = "/operations/" + failed();

        Response customers = show(path);
        Response staffs = Given.browsing(Given.SUPPORT).get(path);

        PageRules.check(customers, 200);
        String text = customers.asString();
        assertTrue(text.contains("The server did not start yet."), text);
        assertTrue(text.contains("What happens next") && text.contains("What you can do"), text);
        assertTrue(text.contains("0af7651916cd43dd8448eb211c80319c") && text.contains("reference-operation"), text);
        for (String other : new String[] {path, page, "/home", page + "/activity", "/api/v1" + path}) {
            assertFalse(show(other).asString().contains("lxc"), other);
        }
        Response desk = Given.browsing(Given.SUPPORT).get("/staff");
        PageRules.check(desk, 200);
        assertTrue(desk.asString().contains("href=\"/staff/vps/" + vps + "\""), "staff see whose it is");
        PageRules.check(staffs, 200);
        assertTrue(staffs.asString().contains(RAW), staffs.asString());
    }

    @Test
    void aLivePageAsksLessOftenTheLongerItTakesAndIsAnsweredOnlyWithNews() {
        String path = "/operations/" + failed();
        String young = show(path).asString();
        database.update("UPDATE operation SET created_at = created_at - INTERVAL 2 MINUTE WHERE vps_id = ?", vps);
        String older = show(path).asString();

        assertTrue(young.contains("hx-trigger=\"every 500ms\""), young);
        assertTrue(older.contains("hx-trigger=\"every 3s\""), older);
        assertTrue(older.contains("<noscript>"), "a way on without scripts");
        Matcher seen = Pattern.compile("hx-get=\"([^\"]+)\"").matcher(older);
        assertTrue(seen.find());
        assertEquals(204, show(seen.group(1)).statusCode());
        database.update("UPDATE operation SET failure = 'else', state = 'RUNNING' WHERE vps_id = ?", vps);
        assertEquals(200, show(seen.group(1)).statusCode());
    }
}
