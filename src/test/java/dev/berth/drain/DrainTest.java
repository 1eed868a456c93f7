package dev.berth.drain;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.vps.MigrationService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node is emptied, whatever its VPS, its neighbours and its portal do meanwhile. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class DrainTest {
    private static final Caller SAM = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    @Inject
    Drains drains;

    @Inject
    MigrationService migrations;

    @Inject
    AddressService addresses;

    private UUID source = new UUID(0, 0);
    private UUID full = new UUID(0, 0);
    private UUID empty = new UUID(0, 0);
    private UUID account = new UUID(0, 0);
    private UUID plan = new UUID(0, 0);
    private String path = "";
    private String id = "";

    @BeforeEach
    void threeNodes() {
        source = node(0);
        full = node(4_000_000_000L);
        empty = node(1_000_000_000L);
        account = seed.account();
        plan = seed.planVersion("EUR");
        path = "/api/admin/v1/nodes/" + source + "/drains";
    }

    private UUID node(long reservedMemory) {
        UUID node = seed.node();
        database.update(
                "UPDATE node SET last_seen_at = ?, desired_revision = 1000000, reserved_memory_bytes = ? WHERE id = ?",
                clock.instant().plus(Duration.ofHours(1)),
                reservedMemory,
                node);
        return node;
    }

    private UUID vps() {
        return seed.vps(account, source, plan);
    }

    private Response ask(String caller, Map<String, Object> body) {
        return Given.once(caller).body(body).post(path);
    }

    private void begin(int atOnce) {
        id = ask(
                        Given.ADMIN,
                        Map.of(
                                "reason",
                                "a fan is loud",
                                "atOnce",
                                atOnce,
                                "targets",
                                List.of(full.toString(), empty.toString())))
                .then()
                .statusCode(202)
                .body("state", equalTo("RUNNING"))
                .body("targets.size()", equalTo(2))
                .extract()
                .path("id");
        drains.advance(UUID.fromString(id));
    }

    private void advance() {
        drains.advance(UUID.fromString(id));
    }

    private JsonPath report() {
        return Given.as(Given.SUPPORT)
                .get(path + "/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private void counts(int moved, int moving, int refused, int waiting) {
        JsonPath report = report();
        assertEquals(
                List.of(moved, moving, refused, waiting),
                List.of(
                        report.getInt("drain.counts.moved"),
                        report.getInt("drain.counts.moving"),
                        report.getInt("drain.counts.refused"),
                        report.getInt("drain.counts.waiting")),
                report::prettify);
    }

    private void state(String state) {
        assertEquals(state, report().getString("drain.state"));
    }

    private String cause(UUID vps) {
        return report().getString("vps.find { it.vpsId == '" + vps + "' }.cause");
    }

    private List<UUID> moving() {
        return database.list(
                "SELECT m.vps_id FROM migration m WHERE m.source_node_id = ? AND m.open_vps_id IS NOT NULL",
                row -> row.uuid("vps_id"),
                source);
    }

    /** As if both nodes had done their part. */
    private void arrive(UUID vps) {
        database.update(
                "UPDATE vps v JOIN migration m ON m.vps_id = v.id AND m.open_vps_id IS NOT NULL"
                        + " SET v.node_id = m.target_node_id WHERE v.id = ?",
                vps);
        database.update(
                "UPDATE migration SET state = 'SEALED', departure = 'x', ended_at = ? WHERE open_vps_id = ?",
                clock.instant(),
                vps);
    }

    @Test
    void movesAFewAtATimeToTheLeastFullAndEnds() {
        List<UUID> all = List.of(vps(), vps(), vps());
        begin(2);

        assertEquals(
                "DRAINING",
                Given.as(Given.SUPPORT).get("/api/admin/v1/nodes/" + source).path("state"));
        counts(0, 2, 0, 1);
        assertEquals(
                2,
                database.number(
                        "SELECT COUNT(*) AS n FROM migration WHERE source_node_id = ? AND target_node_id = ?",
                        source,
                        empty));
        ask(Given.ADMIN, Map.of("reason", "again")).then().statusCode(409).body("code", equalTo("draining"));
        advance();
        assertEquals(2, moving().size());

        arrive(moving().getFirst());
        advance();
        counts(1, 2, 0, 0);
        state("RUNNING");
        moving().forEach(this::arrive);
        advance();

        counts(3, 0, 0, 0);
        state("DONE");
        all.forEach(vps -> assertEquals(1, migrations.list(SAM, vps).size()));
        assertTrue(migrations.list(SAM, all.getFirst()).getFirst().reason().endsWith("is emptied: a fan is loud"));
        Given.once(Given.SUPPORT).delete(path + "/" + id).then().statusCode(409);
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'node.drained' AND subject_id = ?",
                        source));
    }

    @Test
    void whatCannotMoveStaysAndTheOthersGo() {
        UUID rescued = vps();
        UUID bound = vps();
        UUID kept = vps();
        UUID fine = vps();
        database.update("UPDATE vps SET rescue_image_id = image_id WHERE id = ?", rescued);
        addresses.add(source, "100.64." + Math.floorMod(source.hashCode(), 256) + ".0/29");
        addresses.reserve(source, bound);
        snapshot(kept);
        begin(1);

        assertEquals(List.of(fine), moving());
        counts(0, 1, 3, 0);
        assertTrue(cause(rescued).contains("rescue"), cause(rescued));
        assertTrue(cause(bound).contains("serves the pools of 100.64."), cause(bound));
        assertTrue(cause(kept).contains("1 snapshots"), cause(kept));
        UUID move = migrations.list(SAM, fine).getFirst().id();
        migrations.giveUp(SAM, fine, move, "not today");
        advance();
        counts(0, 0, 4, 0);
        assertEquals("Its move was given up: not today", cause(fine));
        state("DONE");
        ask(Given.ADMIN, Map.of("reason", "again")).then().statusCode(202);
    }

    private void snapshot(UUID vps) {
        UUID operation = UUID.randomUUID();
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, created_at, finished_at, deadline_at)"
                        + " VALUES (?, ?, 'TAKE_SNAPSHOT', 'SUCCEEDED', 1, 'test', ?, ?, ?)",
                operation,
                vps,
                clock.instant(),
                clock.instant(),
                clock.instant());
        database.update(
                "INSERT INTO vps_snapshot (id, vps_id, image_id, operation_id, slot, name, created_by, state,"
                        + " reserved_bytes, created_at) SELECT ?, v.id, v.image_id, ?, 1, 'theirs', 'test', 'PENDING', 0, ?"
                        + " FROM vps v WHERE v.id = ?",
                UUID.randomUUID(),
                operation,
                clock.instant(),
                vps);
    }

    @Test
    void withoutRoomNothingMoves() {
        UUID vps = vps();
        database.update("UPDATE node SET cpu_milli = 100 WHERE id IN (?, ?)", full, empty);
        begin(1);
        assertTrue(cause(vps).contains("room"), cause(vps));
        state("DONE");
    }

    @Test
    void whatIsBusyIsTriedAgainForAWhile() {
        UUID vps = vps();
        database.update("UPDATE vps SET observed_state = 'CREATING' WHERE id = ?", vps);
        begin(1);
        counts(0, 0, 0, 1);
        assertTrue(cause(vps).contains("not built yet"), cause(vps));
        state("RUNNING");
        String aWhileAgo =
                "UPDATE drain_vps SET tried_at = tried_at - INTERVAL 1 HOUR, created_at = created_at - INTERVAL ?"
                        + " MINUTE WHERE vps_id = ?";
        database.update(aWhileAgo, 10, vps);
        advance();
        counts(0, 0, 0, 1);
        database.update(aWhileAgo, 10, vps);
        advance();
        counts(0, 0, 1, 0);
        state("DONE");
    }

    @Test
    void twoReplicasDoNotDoubleIt() throws Exception {
        for (int i = 0; i < 6; i++) {
            vps();
        }
        try (ExecutorService replicas = Executors.newVirtualThreadPerTaskExecutor()) {
            begin(4);
            for (int round = 0; round < 4; round++) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    all.add(replicas.submit(this::advance));
                }
                for (Future<?> one : all) {
                    one.get();
                }
                assertTrue(moving().size() <= 4, moving()::toString);
                moving().forEach(this::arrive);
            }
        }
        advance();
        counts(6, 0, 0, 0);
        assertEquals(6, database.number("SELECT COUNT(*) AS n FROM migration WHERE source_node_id = ?", source));
    }

    @Test
    void stoppedItBeginsNoMore() {
        vps();
        vps();
        begin(1);
        Given.once(Given.SUPPORT)
                .delete(path + "/" + id)
                .then()
                .statusCode(200)
                .body("state", equalTo("STOPPING"))
                .body("counts.left", equalTo(1));
        advance();
        assertEquals(1, moving().size());
        arrive(moving().getFirst());
        advance();
        assertEquals(0, moving().size());
        state("STOPPED");
        counts(1, 0, 0, 0);
    }

    @Test
    void aNodeThatTakesOrdersAgainIsNotEmptied() {
        vps();
        vps();
        begin(1);
        database.update("UPDATE node SET state = 'ACTIVE' WHERE id = ?", source);
        advance();
        state("STOPPING");
        arrive(moving().getFirst());
        advance();
        state("STOPPED");
        assertEquals(0, moving().size());
    }

    @Test
    void aMoveThatDoesNotEndIsNotWaitedFor() {
        UUID vps = vps();
        begin(1);
        database.update(
                "UPDATE migration SET state = 'SWITCHED', departure = 'x', created_at = created_at - INTERVAL 3 HOUR"
                        + " WHERE open_vps_id = ?",
                vps);
        advance();
        counts(0, 0, 1, 0);
        state("DONE");
        assertTrue(cause(vps).contains("not ended in time"), cause(vps));
    }

    @Test
    void aMoveThatSomebodyBeganCounts() {
        UUID vps = vps();
        migrations.begin(SAM, vps, full.toString(), "by hand");
        UUID other = vps();
        begin(1);
        counts(0, 1, 0, 1);
        assertEquals(List.of(vps), moving());
        arrive(vps);
        advance();
        assertEquals(List.of(other), moving());
        counts(1, 1, 0, 0);
    }

    @Test
    void nonsenseIsRefused() {
        ask(Given.ADMIN, Map.of("reason", " ", "targets", List.of("nowhere", source.toString()), "atOnce", 9))
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("reason"))
                .body("faults.field", hasItem("atOnce"))
                .body("faults.message", hasItem("nowhere names no node"))
                .body("faults.message", hasItem("has the node itself"));
        ask(Given.SUPPORT, Map.of("reason", "x")).then().statusCode(403);
        UUID vps = vps();
        begin(1);
        for (String nonsense :
                new String[] {"state = 'LOST'", "state = 'DONE'", "at_once = 0", "at_once = 9", "ended_at = created_at"
                }) {
            assertThrows(
                    DatabaseException.class,
                    () -> database.update("UPDATE drain SET " + nonsense + " WHERE id = ?", id),
                    nonsense);
        }
        for (String nonsense :
                new String[] {"state = 'REFUSED'", "state = 'GONE'", "migration_id = NULL", "cause = 'why'"}) {
            assertThrows(
                    DatabaseException.class,
                    () -> database.update("UPDATE drain_vps SET " + nonsense + " WHERE vps_id = ?", vps),
                    nonsense);
        }
    }
}
