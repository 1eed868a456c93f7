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
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages on which an owner takes, restores and deletes snapshots and reinstalls. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SnapshotPagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID vps = new UUID(0, 0);
    private String name = "";
    private String page = "";

    @BeforeEach
    void aServer() {
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), seed.node(), seed.planVersion("EUR"));
        name = "h" + vps.toString().substring(24);
        page = "/vps/" + vps;
    }

    private Response open(String path) {
        Response shown = Given.browsing(owner).get(page + path);
        PageRules.check(shown, 200);
        return shown;
    }

    /** Sends the form of a page, as the page has it. */
    private Response send(String from, String to, Map<String, String> fields) {
        Matcher key = KEY.matcher(open(from).asString());
        assertTrue(key.find(), from);
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key.group(1))
                .formParams(fields)
                .post(page + to);
    }

    private static void leadsOn(Response answer) {
        assertEquals(303, answer.statusCode(), answer.asString());
        assertTrue(answer.header("Location").contains("/operations/"), answer.header("Location"));
    }

    private static void shows(Response shown, int status, String... texts) {
        PageRules.check(shown, status);
        for (String text : texts) {
            assertTrue(shown.asString().contains(text), () -> text + " is not in " + shown.asString());
        }
    }

    /** As if the node had said that all is done. */
    private String settled() {
        database.update(
                "UPDATE vps_snapshot SET state = 'READY', size_bytes = 1073741824, taken_at = created_at"
                        + " WHERE vps_id = ? AND state = 'PENDING'",
                vps);
        database.update(
                "UPDATE operation SET state = 'SUCCEEDED', finished_at = created_at WHERE vps_id = ? AND finished_at IS NULL",
                vps);
        return database.one(
                        "SELECT id FROM vps_snapshot WHERE vps_id = ? ORDER BY id LIMIT 1", row -> row.text("id"), vps)
                .orElseThrow();
    }

    @Test
    void oneIsTakenListedAndDeleted() {
        shows(
                open("/snapshots"),
                200,
                "No snapshot yet",
                "The server is stopped while its disk is copied",
                "0 of 3 used");
        shows(send("/snapshots", "/snapshots", Map.of("name", " ")), 422, "It is missing.");
        leadsOn(send("/snapshots", "/snapshots", Map.of("name", "<b>first</b>")));
        shows(open("/snapshots"), 200, "&lt;b&gt;first&lt;/b&gt;", "being taken", "See the steps");
        shows(
                send("/snapshots", "/snapshots", Map.of("name", "second")),
                409,
                "wait for its end",
                "Nothing was changed");

        String id = settled();
        shows(open("/snapshots"), 200, "1 GiB", "1 of 3 used", "/snapshots/" + id + "/restore");
        leadsOn(send("/snapshots/" + id + "/delete", "/snapshots/" + id + "/delete", Map.of()));
        shows(open("/snapshots"), 200, "being deleted", "0 of 3 used");
        shows(open("/activity"), 200, "Snapshot asked for", "Snapshot deleted");
    }

    @Test
    void whatFailedIsToldPlainly() {
        leadsOn(send("/snapshots", "/snapshots", Map.of("name", "first")));
        database.update(
                "UPDATE vps_snapshot SET state = 'FAILED', reserved_bytes = 0, failure = 'cp: No space left on device'"
                        + " WHERE vps_id = ?",
                vps);

        Response shown = open("/snapshots");
        shows(shown, 200, "failed", "There is no room for a copy of the disk.", "0 of 3 used");
        assertFalse(shown.asString().contains("cp:"), shown.asString());
    }

    @Test
    void restoringSaysWhatIsLostAndKeepsItByDefault() {
        leadsOn(send("/snapshots", "/snapshots", Map.of("name", "first")));
        String restore = "/snapshots/" + settled() + "/restore";
        shows(open(restore), 200, "What will be lost", "name=\"before\" value=\"yes\" checked");

        shows(send(restore, restore, Map.of("before", "yes", "name", "other")), 422, "It is not its name.");
        leadsOn(send(restore, restore, Map.of("before", "yes", "name", name)));

        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM vps_snapshot WHERE vps_id = ?", vps));
        shows(send(restore, restore, Map.of("name", name)), 409, "wait for its end");
        settled();
        leadsOn(send(restore, restore, Map.of("name", name)));
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM vps_snapshot WHERE vps_id = ?", vps));
    }

    @Test
    void reinstallingSaysWhatIsLost() {
        String other = Given.image("13").path("id");
        shows(open("/settings"), 200, page + "/reinstall");
        shows(open("/reinstall"), 200, "What will be lost", "value=\"" + other + "\"", "value=\"yes\" checked");

        shows(
                send("/reinstall", "/reinstall", Map.of("before", "yes", "name", name, "image", other)),
                409,
                "take a snapshot by itself first");
        leadsOn(send("/reinstall", "/reinstall", Map.of("before", "yes", "name", name)));
        assertEquals(1, database.number("SELECT storage_layer AS n FROM vps WHERE id = ?", vps));
    }

    @Test
    void aFullPlanSaysSo() {
        database.update(
                "UPDATE plan_version SET snapshots = 0 WHERE id = (SELECT plan_version_id FROM vps WHERE id = ?)", vps);

        shows(open("/snapshots"), 200, "Your plan allows no snapshots");
        Response restoring = open("/reinstall");
        assertFalse(restoring.asString().contains("value=\"yes\" checked"));
    }
}
