package dev.berth.metering.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.fleet.ReadingSink.Result.Early;
import dev.berth.metering.Meter;
import dev.berth.metering.Timeline;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ClockFindingsTest {
    private static final Caller SAM = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

    @Inject
    ReadingRows rows;

    @Inject
    Findings findings;

    @Inject
    Transactions transactions;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private Journal journal = new Journal();
    private UUID node = new UUID(0, 0);
    private UUID context = new UUID(0, 0);

    @BeforeEach
    void aNode() {
        journal = new Journal();
        node = seed.node();
        context = UUID.randomUUID();
    }

    /** A portal whose clock stands at that instant. */
    private ReadingIngest at(Instant now) {
        InstantSource fixed = InstantSource.fixed(now);
        return new ReadingIngest(
                database, transactions, rows, new NodeClocks(fixed, MAX_AHEAD, TOLERANCE), findings, fixed);
    }

    private Result take(ReadingIngest portal) {
        return portal.take(node, journal.key(), journal.all());
    }

    /** A reading at a wall clock that is wrong by so much. */
    private void read(Instant truly, Duration wrong, long value) {
        Instant shown = truly.plus(wrong);
        journal.add(new Reading(
                journal.entries().isEmpty() ? Kind.OPEN : Kind.SAMPLE,
                context.toString(),
                1,
                Journal.BOOT,
                1,
                shown.toEpochMilli(),
                Duration.between(Instant.EPOCH, truly).toNanos(),
                true,
                Journal.counters(value),
                Optional.empty()));
    }

    private long stored() {
        return database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ?", node);
    }

    @Test
    void aReadingFromTheFutureWaitsOnItsNodeAndIsReported() {
        Instant now = Instant.parse("2026-07-01T12:00:00Z");
        read(now, Duration.ZERO, 1);
        read(now, Duration.ofMinutes(6), 2);

        assertInstanceOf(Early.class, take(at(now)));
        assertInstanceOf(Early.class, take(at(now.plusSeconds(10))));

        assertEquals(0, stored());
        Finding finding = findings.ofNode(SAM, node).getFirst();
        assertEquals(Finding.Kind.CLOCK_AHEAD, finding.kind());
        assertEquals(2, finding.times());
        assertEquals(Optional.empty(), finding.resolvedAt());
        assertTrue(finding.detail().startsWith("record 2 is of 2026-07-01T12:06:00Z"), finding::detail);

        // its time has come
        assertEquals(new Acked(2), take(at(now.plus(Duration.ofMinutes(2)))));
        assertEquals(2, stored());
        List<Finding> after = findings.ofNode(SAM, node);
        assertEquals(
                List.of(Finding.Kind.CLOCK_JUMP),
                after.stream()
                        .filter(f -> f.resolvedAt().isEmpty())
                        .map(Finding::kind)
                        .toList());
        assertEquals(2, after.size());
    }

    @Test
    void whatIsWithinTheToleranceIsTaken() {
        Instant now = Instant.parse("2026-07-01T12:00:00Z");
        read(now, MAX_AHEAD, 1);

        assertEquals(new Acked(1), take(at(now)));
        assertEquals(List.of(), findings.ofNode(SAM, node));
    }

    @Test
    void aPortalOfTodayRefusesAnHourAhead() {
        read(clock.instant(), Duration.ofHours(1), 1);

        assertInstanceOf(Early.class, take(ingest));
        assertEquals(0, stored());
    }

    /** Hourly readings of a counter that truly grows by 3,600 an hour, with the clock set an hour forward and back. */
    @Test
    void clockJumpsAreReportedAndChangeNoTotals() {
        Instant start = Instant.parse("2026-07-01T00:00:00Z");
        for (int hour = 0; hour <= 24; hour++) {
            Duration wrong = hour >= 6 && hour < 10
                    ? Duration.ofHours(1)
                    : hour >= 15 && hour < 19 ? Duration.ofHours(-1) : Duration.ZERO;
            read(start.plus(Duration.ofHours(hour)), wrong, 3_600L * hour);
        }
        assertEquals(new Acked(8), ingest.take(node, journal.key(), journal.batch(1, 8)));
        assertEquals(new Acked(25), ingest.take(node, journal.key(), journal.batch(9, 25)));

        Finding finding = findings.ofNode(SAM, node).getFirst();
        assertEquals(Finding.Kind.CLOCK_JUMP, finding.kind());
        assertEquals(2, finding.times());
        assertEquals(
                "before record 20 the node's clock went forward by PT1H, to 2026-07-01T19:00:00Z", finding.detail());
        Period day = new Period(start, start.plus(Duration.ofHours(24)));
        assertEquals(BigInteger.valueOf(86_400), used(day));
        BigInteger parts = BigInteger.ZERO;
        for (int hour = 0; hour < 24; hour++) {
            Instant from = start.plus(Duration.ofHours(hour));
            BigInteger part = used(new Period(from, from.plus(Duration.ofHours(1))));
            assertTrue(part.signum() >= 0);
            parts = parts.add(part);
        }
        assertEquals(BigInteger.valueOf(86_400), parts);
    }

    private BigInteger used(Period period) {
        Timeline timeline = readings.timelines(List.of(new Ask(new NodeId(node), new ContextId(context), period)))
                .getFirst();
        return timeline.usage(period).of(Meter.CPU_TIME);
    }

    @Test
    void aRebootAndAnHonestClockAreNoJump() {
        Instant start = Instant.parse("2026-07-01T00:00:00Z");
        read(start, Duration.ZERO, 0);
        read(start.plus(Duration.ofHours(1)), Duration.ofSeconds(9), 1);
        journal.add(new Reading(
                Kind.OPEN,
                context.toString(),
                1,
                "00000000-0000-4000-8000-0000000000b1",
                2,
                start.plus(Duration.ofHours(3)).toEpochMilli(),
                5,
                true,
                Journal.counters(2),
                Optional.empty()));

        assertEquals(new Acked(3), take(ingest));
        assertEquals(List.of(), findings.ofNode(SAM, node));
    }

    @Test
    void staffSeeAndCloseAFinding() {
        read(clock.instant(), Duration.ofHours(1), 1);
        take(ingest);
        String path = "/api/admin/v1/nodes/" + node + "/findings";
        String id = Given.as(Given.SUPPORT)
                .get(path)
                .then()
                .statusCode(200)
                .body("[0].kind", equalTo("CLOCK_AHEAD"))
                .extract()
                .path("[0].id");
        Given.browsing(Given.SUPPORT)
                .get("/staff/nodes/" + node)
                .then()
                .statusCode(200)
                .body(containsString("Odd about its readings"));

        Given.as(Given.SUPPORT)
                .body(Map.of("reason", "time server is back"))
                .post(path + "/" + id + "/resolution")
                .then()
                .statusCode(200)
                .body("resolution", equalTo("time server is back"));
        Given.as(Given.SUPPORT)
                .body(Map.of("reason", "again"))
                .post(path + "/" + id + "/resolution")
                .then()
                .statusCode(409)
                .body("code", equalTo("finding-not-open"));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'metering-finding.resolve'"
                                + " AND subject_id = ?",
                        node));
    }
}
