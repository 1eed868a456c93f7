package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Observed;
import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.Observed.State;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What looks at the clock: deadlines of operations, and how long points of graphs are kept. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class WatchesTest {
    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    @Inject
    OperationService operations;

    @Inject
    SampleRetention retention;

    @Inject
    VpsContexts contexts;

    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aVps() {
        node = seed.node();
        vps = seed.vps(seed.account(), node, seed.planVersion("EUR"));
    }

    @Test
    void whatIsNotDoneInTimeNeedsAttentionAndCanStillSucceed() {
        UUID late = operation(1, Duration.ofSeconds(-1));
        UUID inTime = operation(2, Duration.ofMinutes(5));

        operations.overdue();

        assertEquals("NEEDS_ATTENTION", column(late, "state"));
        assertEquals("The node has not done this in time.", column(late, "failure"));
        assertEquals("PENDING", column(inTime, "state"));

        report(2);

        assertEquals("CANCELLED", column(late, "state"));
        assertEquals("SUCCEEDED", column(inTime, "state"));
    }

    @Test
    void aReasonThatIsKnownIsNotReplacedAndWhatHasEndedStaysEnded() {
        UUID failing = operation(1, Duration.ofSeconds(-1));
        database.update("UPDATE operation SET failure = 'storage is busy' WHERE id = ?", failing);
        UUID ended = operation(2, Duration.ofSeconds(-1));
        database.update(
                "UPDATE operation SET state = 'SUCCEEDED', finished_at = ? WHERE id = ?", clock.instant(), ended);

        operations.overdue();

        assertEquals("NEEDS_ATTENTION", column(failing, "state"));
        assertEquals("storage is busy", column(failing, "failure"));
        assertEquals("SUCCEEDED", column(ended, "state"));
    }

    @Test
    void pointsOfGraphsAreForgottenAfterTheirTimeAndNotBefore() {
        Instant now = clock.instant();
        sample(now.minus(Duration.ofHours(3)));
        sample(now.minus(Duration.ofMinutes(121)));
        sample(now.minus(Duration.ofMinutes(119)));
        sample(now);

        retention.forget();

        assertEquals(2, samples());
    }

    @Test
    void moreThanOneRoundIsForgottenAtOnce() {
        database.update(
                "INSERT INTO vps_sample (vps_id, at, cpu_usec, cpu_throttled_usec, cpu_tokens, memory_bytes, disk_bytes,"
                        + " processes, net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes)"
                        + " SELECT ?, ? - INTERVAL seq SECOND, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seq_1_to_20100",
                vps,
                clock.instant().minus(Duration.ofHours(3)));

        retention.forget();

        assertEquals(0, samples());
    }

    private UUID operation(long generation, Duration deadline) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, created_at, deadline_at)"
                        + " VALUES (?, ?, 'START', 'PENDING', ?, 'user:test', ?, ?)",
                id,
                vps,
                generation,
                clock.instant(),
                clock.instant().plus(deadline));
        return id;
    }

    private void report(long generation) {
        contexts.observed(
                node,
                new Observed(
                        UUID.randomUUID().toString(),
                        "test",
                        true,
                        generation,
                        false,
                        clock.millis(),
                        new Capacity(8_000, 8L << 30, 80L << 30, "simulated", true, true, "6.1"),
                        List.of(Given.status(vps, generation, State.RUNNING)),
                        Optional.empty()));
    }

    private String column(UUID operation, String name) {
        return database.one("SELECT " + name + " FROM operation WHERE id = ?", row -> row.text(name), operation)
                .orElseThrow();
    }

    private void sample(Instant at) {
        database.update(
                "INSERT INTO vps_sample (vps_id, at, cpu_usec, cpu_throttled_usec, cpu_tokens, memory_bytes, disk_bytes,"
                        + " processes, net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes)"
                        + " VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                vps,
                at);
    }

    private long samples() {
        return database.number("SELECT COUNT(*) AS n FROM vps_sample WHERE vps_id = ?", vps);
    }
}
