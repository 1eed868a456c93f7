package dev.berth.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.contract.Departure;
import dev.berth.contract.Departure.Bank;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Readings.Counters;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Hashes;
import dev.berth.platform.Ids;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a VPS takes along passes from its source to its target over real TLS, and to nobody else. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MigrationSpoolTest {
    private static final String FIRST = "a".repeat(Departure.PIECE_BYTES);
    private static final String SECOND = "the rest";

    @Inject
    AgentServer server;

    @Inject
    MigrationSpool spool;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private UUID migration = new UUID(0, 0);
    private long generations = 100;

    @BeforeEach
    void fresh() {
        migration = Ids.next(clock);
    }

    private TestNode node(String name) throws Exception {
        String unique = name + UUID.randomUUID().toString().substring(0, 8);
        return TestNode.enrol(server.port(), unique, Given.joinToken(unique));
    }

    private UUID begin(TestNode source, TestNode target) {
        UUID vps = seed.vps(seed.account(), source.id(), seed.planVersion("EUR"));
        begin(migration, vps, source, target);
        return vps;
    }

    private void begin(UUID id, UUID vps, TestNode source, TestNode target) {
        database.update(
                "INSERT INTO migration (id, vps_id, source_node_id, target_node_id, state, source_generation, reason,"
                        + " created_by, created_at) VALUES (?, ?, ?, ?, 'COPYING', ?, 'test', 'user:ada', ?)",
                id,
                vps,
                source.id(),
                target.id(),
                ++generations,
                clock.instant());
    }

    private static Departure departure(String content) {
        String digest =
                "sha256:" + HexFormat.of().formatHex(Hashes.sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
        return new Departure(
                digest, content.length(), new Carried(Counters.ZERO, 3, Optional.of(new Bank(-5, true, 7))));
    }

    private int put(TestNode node, String what, String body) throws IOException, InterruptedException {
        return node.send("migrations/" + migration + "/" + what, r -> r.PUT(BodyPublishers.ofString(body)))
                .statusCode();
    }

    private int put(TestNode node, Departure departure) throws IOException, InterruptedException {
        return put(node, "departure", TestNode.JSON.writeValueAsString(departure));
    }

    private HttpResponse<String> get(TestNode node, String what) throws IOException, InterruptedException {
        return node.send("migrations/" + migration + "/" + what, r -> r.GET());
    }

    @Test
    void goesFromSourceToTargetOnly() throws Exception {
        TestNode source = node("source");
        TestNode target = node("target");
        TestNode stranger = node("stranger");
        begin(source, target);

        assertEquals(404, put(target, "pieces/0", FIRST));
        assertEquals(404, put(stranger, "pieces/0", FIRST));
        assertEquals(204, put(source, "pieces/0", "half of a try that broke"));
        assertEquals(204, put(source, "pieces/2", "more than there is now"));
        assertEquals(204, put(source, "pieces/0", FIRST));
        assertEquals(422, put(source, departure(FIRST + SECOND)));
        assertEquals(204, put(source, "pieces/1", SECOND));
        assertEquals(404, get(target, "departure").statusCode());
        assertEquals(404, get(target, "pieces/0").statusCode());
        assertEquals(422, put(source, departure(FIRST + "another")));
        assertEquals(422, put(source, departure(FIRST + "the tser")));
        assertEquals(204, put(source, departure(FIRST + SECOND)));
        assertEquals(204, put(source, departure(FIRST + SECOND)));
        assertEquals(404, get(target, "departure").statusCode());

        // The answer got lost, and the source begins anew.
        assertEquals(204, put(source, "pieces/0", "other bytes"));
        assertEquals(0, complete());
        assertEquals(204, put(source, "pieces/0", FIRST));
        assertEquals(204, put(source, "pieces/1", SECOND));
        assertEquals(204, put(source, departure(FIRST + SECOND)));
        assertEquals(1, complete());
        database.update("UPDATE migration SET state = 'SWITCHED' WHERE id = ?", migration);
        assertEquals(404, put(source, "pieces/1", "changed later"));
        assertEquals(404, put(source, departure(FIRST)));

        assertEquals(
                departure(FIRST + SECOND),
                TestNode.JSON.readValue(get(target, "departure").body(), Departure.class));
        assertEquals(FIRST, get(target, "pieces/0").body());
        assertEquals(SECOND, get(target, "pieces/1").body());
        assertEquals(404, get(target, "pieces/2").statusCode());
        for (String what : new String[] {"departure", "pieces/0"}) {
            assertEquals(404, get(source, what).statusCode());
            assertEquals(404, get(stranger, what).statusCode());
        }
    }

    private long complete() {
        return database.number("SELECT COUNT(*) AS n FROM migration WHERE id = ? AND departure IS NOT NULL", migration);
    }

    @Test
    void whatHasEndedIsForgotten() throws Exception {
        TestNode source = node("source");
        TestNode target = node("target");
        begin(source, target);
        assertEquals(204, put(source, "pieces/0", SECOND));
        assertEquals(204, put(source, departure(SECOND)));
        database.update("UPDATE migration SET state = 'SEALED', ended_at = ? WHERE id = ?", clock.instant(), migration);
        assertEquals(404, get(target, "pieces/0").statusCode());
        assertEquals(404, put(source, "pieces/0", SECOND));
        spool.forget();
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM migration_piece WHERE migration_id = ?", migration));
    }

    @Test
    void oneAtATimeAndNoNonsense() throws Exception {
        TestNode source = node("source");
        TestNode target = node("target");
        UUID vps = begin(source, target);
        assertThrows(DatabaseException.class, () -> begin(Ids.next(clock), vps, target, source));
        assertThrows(DatabaseException.class, () -> begin(Ids.next(clock), vps, source, source));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE migration SET state = 'SWITCHED' WHERE id = ?", migration));
        assertEquals(422, put(source, "pieces/0", ""));
        assertEquals(422, put(source, "pieces/0", FIRST + "x"));
        assertEquals(404, put(source, "pieces/01", SECOND));
        assertEquals(404, put(source, "pieces/-1", SECOND));
        assertEquals(413, put(source, "pieces/8192", SECOND));
        assertEquals(400, put(source, "departure", "null"));
    }
}
