package dev.berth.vps;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Suspensions.Held;
import dev.berth.vps.Vps.Suspension.Cause;
import dev.berth.vps.Vps.Suspension.How;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two causes hold a VPS back apart from each other, and the history says from when to when each did. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SuspensionsTest {
    private static final Caller STAFF = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));
    private static final Caller RULE = Caller.system("ladder");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    Suspensions suspensions;

    @Inject
    VpsService service;

    @Inject
    VpsContexts contexts;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        node = seed.node();
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, seed.planVersion("EUR"));
    }

    private ContextSpec.DesiredState told() {
        return contexts.changedAfter(node, 0).specs().getFirst().desiredState();
    }

    private String history() {
        return String.join(
                " ",
                suspensions.history(vps).reversed().stream()
                        .map(SuspensionsTest::text)
                        .toList());
    }

    private static String text(Held held) {
        return held.cause() + "/" + held.how() + (held.to().isEmpty() ? "/open" : "");
    }

    @Test
    void staffsHoldStaysWhenTheRuleLetsGo() {
        assertTrue(
                suspensions.hold(RULE, vps, How.FREEZE, "invoice 7 is overdue").isPresent());
        assertEquals(ContextSpec.DesiredState.FROZEN, told());

        suspensions.suspend(STAFF, vps, How.STOP, "abuse");
        assertEquals(ContextSpec.DesiredState.SUSPENDED, told());
        assertEquals("abuse", service.byId(vps).suspended().orElseThrow().reason());

        Operation released = suspensions.release(RULE, vps, "paid").orElseThrow();
        assertEquals(Kind.SUSPEND, released.kind());
        assertEquals(ContextSpec.DesiredState.SUSPENDED, told());
        assertEquals(Cause.STAFF, service.byId(vps).suspended().orElseThrow().cause());

        assertEquals(Kind.RESUME, suspensions.resume(STAFF, vps, "settled").kind());
        assertEquals(ContextSpec.DesiredState.RUNNING, told());
        assertTrue(service.byId(vps).suspended().isEmpty());
        assertEquals("OVERDUE/FREEZE STAFF/STOP", history());
    }

    @Test
    void staffDoNotLetGoWhatTheRuleHolds() {
        assertTrue(suspensions.hold(RULE, vps, How.STOP, "invoice 7 is overdue").isPresent());

        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "please"))
                .post("/api/admin/v1/vps/" + vps + "/actions/resume")
                .then()
                .statusCode(409)
                .body("code", equalTo("suspended-overdue"));
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("suspended.cause", equalTo("OVERDUE"));
        Given.once(owner)
                .post("/api/v1/vps/" + vps + "/actions/start")
                .then()
                .statusCode(409)
                .body("detail", equalTo("This VPS is suspended until what is overdue is paid."));
        assertEquals(ContextSpec.DesiredState.SUSPENDED, told());
    }

    @Test
    void aRuleThatLooksTwiceHoldsOnce() {
        assertTrue(suspensions.hold(RULE, vps, How.FREEZE, "overdue").isPresent());
        assertTrue(suspensions.hold(RULE, vps, How.FREEZE, "overdue").isEmpty());
        assertTrue(suspensions.hold(RULE, vps, How.STOP, "overdue").isPresent());
        assertEquals("OVERDUE/FREEZE OVERDUE/STOP/open", history());

        assertTrue(suspensions.release(RULE, vps, "paid").isPresent());
        assertTrue(suspensions.release(RULE, vps, "paid").isEmpty());
        assertEquals("OVERDUE/FREEZE OVERDUE/STOP", history());
    }

    @Test
    void oneHoldFollowsTheOtherWithoutAHole() {
        suspensions.hold(RULE, vps, How.FREEZE, "overdue");
        suspensions.hold(RULE, vps, How.STOP, "overdue");

        List<Held> held = suspensions.history(vps);
        assertTrue(!held.get(1).to().orElseThrow().isAfter(held.get(0).from()));
        assertEquals("system:ladder", held.get(1).endedBy().orElseThrow());
    }

    @Test
    void whatWasSaysOnlyItsEnd() {
        suspensions.suspend(STAFF, vps, How.STOP, "abuse");
        assertThrows(Problem.class, () -> suspensions.suspend(STAFF, vps, How.FREEZE, "again"));

        for (String change : List.of(
                "UPDATE vps_suspension SET valid_from = '2000-01-01' WHERE vps_id = ?",
                "UPDATE vps_suspension SET reason = 'other' WHERE vps_id = ?",
                "DELETE FROM vps_suspension WHERE vps_id = ?")) {
            assertThrows(DatabaseException.class, () -> database.update(change, vps), change);
        }
        suspensions.resume(STAFF, vps, "settled");
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE vps_suspension SET valid_to = '2000-01-01' WHERE vps_id = ?", vps));
    }
}
