package dev.berth.vps;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Into rescue and back, by the API and on the pages, as the node is told. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class VpsRescueTest {
    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    VpsContexts contexts;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private String path = "";

    @BeforeEach
    void aServer() {
        node = seed.node();
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, seed.planVersion("EUR"));
        path = "/api/v1/vps/" + vps + "/rescue";
        observed("STOPPED");
    }

    private void observed(String state) {
        database.update("UPDATE vps SET observed_state = ? WHERE id = ?", state, vps);
    }

    private ContextSpec spec() {
        return contexts.changedAfter(node, 0).specs().getFirst();
    }

    private Optional<String> rescueImage() {
        return spec().boot().flatMap(Boot::rescueImage);
    }

    private Response enter(Map<String, Object> body) {
        return Given.once(owner).body(body).post(path);
    }

    @Test
    void itsOwnImageUnlessAnotherOneIsChosen() {
        database.update("UPDATE vps SET desired_state = 'STOPPED' WHERE id = ?", vps);
        enter(Map.of()).then().statusCode(202).body("kind", equalTo("RESCUE"));
        assertEquals(Optional.of(spec().imageDigest()), rescueImage());
        assertEquals(DesiredState.RUNNING, spec().desiredState());
        enter(Map.of()).then().statusCode(409).body("code", equalTo("in-rescue"));

        Given.as(owner).delete(path).then().statusCode(202).body("kind", equalTo("LEAVE_RESCUE"));
        assertEquals(Optional.empty(), rescueImage());
        Given.as(owner).delete(path).then().statusCode(409).body("code", equalTo("not-in-rescue"));

        String other = Given.image("12-rescue").path("id");
        enter(Map.of("imageId", other)).then().statusCode(202);
        String digest = database.one(
                        "SELECT digest FROM image WHERE id = ?", row -> row.text("digest"), UUID.fromString(other))
                .orElseThrow();
        assertEquals(Optional.of(digest), rescueImage());
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("rescueImage", equalTo("debian-12-rescue"));
    }

    @Test
    void notWhatCannotBeStarted() {
        enter(Map.of("imageId", UUID.randomUUID().toString())).then().statusCode(422);
        observed("CREATING");
        enter(Map.of()).then().statusCode(409).body("code", equalTo("not-built"));
        observed("RUNNING");
        database.update(
                "UPDATE vps SET suspended_reason = 'why', suspended_at = UTC_TIMESTAMP(6), suspended_how = 'STOP', suspended_cause = 'STAFF'"
                        + " WHERE id = ?",
                vps);
        enter(Map.of()).then().statusCode(409).body("code", equalTo("suspended"));
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("rescueImage", nullValue());
    }

    @Test
    void thePagesDoTheSame() {
        observed("RUNNING");
        String page = "/vps/" + vps;
        assertTrue(Given.browsing(owner).get(page).asString().contains(page + "/rescue\""));
        assertEquals(200, Given.browsing(owner).get(page + "/rescue").statusCode());

        assertEquals(303, post(page + "/rescue", Map.of("image", "", "key", "enter-" + vps)));
        assertEquals(Optional.of(spec().imageDigest()), rescueImage());
        assertTrue(Given.browsing(owner).get(page).asString().contains("data-testid=\"in-rescue\""));
        assertEquals(409, post(page + "/rescue", Map.of("image", "", "key", "again-" + vps)));

        assertEquals(303, post(page + "/rescue/leave", Map.of("key", "leave-" + vps)));
        assertEquals(Optional.empty(), rescueImage());
        assertFalse(Given.browsing(owner).get(page).asString().contains("data-testid=\"in-rescue\""));
    }

    private int post(String to, Map<String, String> fields) {
        return Given.browsing(owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to)
                .statusCode();
    }
}
