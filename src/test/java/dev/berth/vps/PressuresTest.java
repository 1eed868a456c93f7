package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.NetworkSpec.Window;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.OomKill;
import dev.berth.contract.Observed.Pressure;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Observed.Volume;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a VPS meets its limits gets from its node to its owner's page, and a plan's volume cap to its node. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PressuresTest {
    private static final long TERABYTE = 1_000_000_000_000L;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    VpsContexts contexts;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID plan = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        node = seed.node();
        plan = seed.planVersion("EUR");
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, plan);
    }

    private void cap() {
        database.update(
                "UPDATE plan_version SET net_cap_window = 'MONTH', net_cap_bytes = ?, net_floor_bits = 10000000 WHERE id = ?",
                TERABYTE,
                plan);
    }

    private void report(Pressure pressure) {
        ContextStatus plain = Given.status(vps, 1, State.RUNNING);
        ContextStatus status = new ContextStatus(
                plain.contextId(),
                plain.generation(),
                plain.state(),
                plain.restarts(),
                plain.failure(),
                plain.steps(),
                plain.sshFingerprints(),
                plain.sample(),
                Optional.of(pressure),
                Optional.empty(),
                Optional.empty());
        contexts.observed(
                node,
                new Observed(
                        UUID.randomUUID().toString(),
                        "test",
                        true,
                        1,
                        false,
                        1_764_000_000_000L,
                        new Capacity(8_000, 8L << 30, 80L << 30, "simulated", true, true, "6.1"),
                        List.of(status),
                        Optional.empty()));
    }

    private String page() {
        return Given.browsing(owner)
                .get("/vps/" + vps)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    @Test
    void theNodeIsToldTheCap() {
        assertTrue(contexts.changedAfter(node, 0).specs().getFirst().network().isEmpty());
        cap();
        assertEquals(
                Optional.of(new VolumeCap(Window.MONTH, TERABYTE, 10_000_000)),
                contexts.changedAfter(node, 0).specs().getFirst().network().flatMap(NetworkSpec::volumeCap));
    }

    @Test
    void theOwnerSeesWhatWasKilledAndThatItIsSlowedDown() {
        cap();
        report(new Pressure(0, 9, 0, Optional.empty(), Optional.of(new Volume(1, TERABYTE / 2, false))));
        String calm = page();
        assertFalse(calm.contains("data-testid=\"slowed\""), calm);
        assertFalse(calm.contains("data-testid=\"oom\""), calm);

        report(new Pressure(
                2,
                9,
                1,
                Optional.of(new OomKill(1_764_000_000_000L, "mariadbd<b>", 7)),
                Optional.of(new Volume(1, TERABYTE + 1, true))));
        String page = page();
        assertTrue(page.contains("1 TB passed this month"), page);
        assertTrue(page.contains("10 Mbit/s"), page);
        assertTrue(page.contains("ended 2 processes"), page);
        assertTrue(page.contains("<code>mariadbd&lt;b&gt;</code>"), page);
        assertTrue(page.contains("1 process could not be started"), page);
    }

    @Test
    void halfACapIsNone() {
        assertThrows(
                RuntimeException.class,
                () -> database.update("UPDATE plan_version SET net_cap_bytes = 1 WHERE id = ?", plan));
    }
}
