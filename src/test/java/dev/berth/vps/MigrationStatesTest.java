package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.contract.ContextSpec;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must not be is refused by the guard, and by the database itself. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MigrationStatesTest {
    private static final Caller SAM = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    @Inject
    MigrationService service;

    @Inject
    Migrations migrations;

    @Inject
    VpsContexts contexts;

    private UUID source = new UUID(0, 0);
    private UUID target = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        source = node();
        target = node();
        vps = seed.vps(seed.account(), source, seed.planVersion("EUR"));
    }

    private UUID node() {
        UUID id = seed.node();
        database.update("UPDATE node SET last_seen_at = ? WHERE id = ?", clock.instant(), id);
        return id;
    }

    private VpsMigration begin() {
        return service.begin(SAM, vps, target.toString(), "test").migration();
    }

    private void refused(String code) {
        assertEquals(code, assertThrows(Problem.class, this::begin).code());
        assertEquals(0, reserved());
    }

    private long reserved() {
        return database.number("SELECT reserved_cpu_milli AS n FROM node WHERE id = ?", target);
    }

    private VpsMigration migration() {
        return service.list(SAM, vps).getFirst();
    }

    @Test
    void aTargetThatCannotTakeItIsRefused() {
        database.update("UPDATE node SET state = 'DRAINING' WHERE id = ?", target);
        refused("node-not-active");
        database.update(
                "UPDATE node SET state = 'ACTIVE', last_seen_at = ? WHERE id = ?",
                clock.instant().minus(Duration.ofHours(1)),
                target);
        refused("node-silent");
        database.update("UPDATE node SET last_seen_at = ?, simulated = TRUE WHERE id = ?", clock.instant(), target);
        refused("node-simulated");
        database.update("UPDATE node SET simulated = FALSE, cpu_milli = 100 WHERE id = ?", target);
        refused("node-full");
        database.update("UPDATE node SET cpu_milli = 8000 WHERE id = ?", target);
        database.update(
                "UPDATE plan_version p JOIN vps v ON v.plan_version_id = p.id SET p.disk_inodes = 5 WHERE v.id = ?",
                vps);
        refused("no-inode-limits");
        target = source;
        assertEquals("same-node", assertThrows(Problem.class, this::begin).code());
    }

    @Test
    void aServerThatIsBusyIsRefused() {
        database.update("UPDATE vps SET observed_state = 'CREATING' WHERE id = ?", vps);
        refused("not-built");
        database.update("UPDATE vps SET observed_state = 'RUNNING' WHERE id = ?", vps);
        begin();
        long room = reserved();
        assertEquals("moving", assertThrows(Problem.class, this::begin).code());
        assertEquals(250, room);
        assertEquals(room, reserved());
        database.update("UPDATE operation SET state = 'NEEDS_ATTENTION' WHERE vps_id = ?", vps);
        service.giveUp(SAM, vps, migration().id(), "test");
        assertEquals(0, reserved());
        assertThrows(Problem.class, () -> service.giveUp(SAM, vps, migration().id(), "again"));
        assertEquals(0, reserved());
    }

    @Test
    void whatTakesTooLongToBeHandedOverStays() {
        VpsMigration begun = begin();
        migrations.sweep();
        assertEquals(Move.State.COPYING, migration().state());
        database.update(
                "UPDATE migration SET created_at = ? WHERE id = ?",
                clock.instant().minus(Duration.ofHours(3)),
                begun.id());
        migrations.sweep();
        assertEquals(Move.State.GAVE_UP, migration().state());
        assertEquals(0, reserved());
        ContextSpec spec = contexts.changedAfter(source, -1).specs().getFirst();
        assertEquals(3, spec.generation());
        assertEquals(ContextSpec.DesiredState.RUNNING, spec.desiredState());
        assertEquals(true, spec.migration().isEmpty());
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM operation WHERE id = ? AND state = 'CANCELLED'",
                        begun.operationId()));
    }

    @Test
    void theDatabaseRefusesNonsense() {
        UUID id = begin().id();
        for (String nonsense : new String[] {
            "state = 'RETURNING'",
            "state = 'SWITCHED'",
            "state = 'SEALED'",
            "state = 'LOST'",
            "source_generation = 0",
            "target_node_id = source_node_id",
            "ended_at = created_at"
        }) {
            assertThrows(
                    DatabaseException.class,
                    () -> database.update("UPDATE migration SET " + nonsense + " WHERE id = ?", id),
                    nonsense);
        }
    }
}
