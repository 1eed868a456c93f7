package dev.berth.reconcile;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phantom context, a deletion that was forgotten, an address given twice: each is found by the next look, and stops its own bill only. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ReconciliationTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final UUID HOST = UUID.fromString(Readings.HOST);
    private static final long MINUTE_OF_CPU = 60_000_000;

    @Inject
    Reconciliation reconciliation;

    @Inject
    Findings findings;

    @Inject
    BillRun run;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void lastMonth() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A node with one customer's VPS, measured in the last three hours of the month. */
    private final class Place {
        final UUID node = seed.node();
        final UUID account = seed.account();
        final UUID version = seed.planVersion("EUR");
        final UUID vps = seed.vps(account, node, version);
        final Journal journal = new Journal();
        long used;
        long counted;

        Place() {
            seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
            seed.subscription(vps, account, version, start, Optional.empty());
            // still under way, and its node is not there now: nothing of the inventory is wrong
            database.update("UPDATE vps SET created_at = ?, observed_at = ? WHERE id = ?", start, start, vps);
            journal.add(Kind.OPEN, vps, 1, start, counters(0));
            // before the first whole hour, so that this one is known from its beginning
            read(Journal.BOOT, end.minus(3, ChronoUnit.HOURS).minusSeconds(60));
        }

        /** An hour in which the VPS uses so much, and the host counts so much. */
        Place hour(long vpsMicros, long hostMicros, int hoursBeforeEnd) {
            used += vpsMicros;
            counted += hostMicros;
            read(Journal.BOOT, end.minus(hoursBeforeEnd, ChronoUnit.HOURS));
            return this;
        }

        private void read(String boot, Instant at) {
            journal.add(Kind.SAMPLE, vps, 1, at, counters(used));
            journal.add(new Reading(
                    Kind.SAMPLE,
                    HOST.toString(),
                    0,
                    boot,
                    0,
                    at.plusMillis(40).toEpochMilli(),
                    1,
                    true,
                    counters(counted),
                    Optional.empty()));
        }

        Place uploaded() {
            // past the last window's end, so that it is known
            read(Journal.BOOT, end.plus(1, ChronoUnit.MINUTES));
            ingest.take(node, journal.key(), journal.all());
            return this;
        }

        List<String> kinds() {
            return database.list(
                    "SELECT kind FROM reconciliation_finding WHERE resolved_at IS NULL AND (account_id = ? OR node_id = ?)"
                            + " ORDER BY kind",
                    row -> row.text("kind"),
                    account,
                    node);
        }

        List<String> verdicts() {
            return reconciliation.comparisons(ADA, node).stream()
                    .filter(c -> c.meter().name().equals("CPU_TIME"))
                    .map(Comparison::verdict)
                    .toList();
        }

        long invoices() {
            return database.number("SELECT COUNT(*) AS n FROM invoice WHERE account_id = ?", account);
        }

        String parkedBecause() {
            return database.one(
                            "SELECT reason FROM billing_period WHERE account_id = ? AND state = 'PARKED'",
                            row -> row.text("reason"),
                            account)
                    .orElse("");
        }
    }

    private static Counters counters(long cpu) {
        return new Counters(cpu, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);
    }

    private void settle(Place... places) {
        reconciliation.run();
        for (Place place : places) {
            database.update(
                    "UPDATE billing_period SET next_attempt_at = ? WHERE account_id = ?",
                    clock.instant(),
                    place.account);
        }
        run.run();
    }

    @Test
    void whatHostsCountIsWhatContextsUsed() {
        Place place = new Place()
                .hour(10 * MINUTE_OF_CPU, 10 * MINUTE_OF_CPU, 2)
                .hour(20 * MINUTE_OF_CPU, 20 * MINUTE_OF_CPU + 5_000_000, 1)
                .hour(MINUTE_OF_CPU, MINUTE_OF_CPU, 0)
                .uploaded();

        settle(place);

        assertEquals(List.of("HOLDS", "HOLDS", "HOLDS"), place.verdicts());
        assertEquals(List.of(), place.kinds());
        assertEquals(1, place.invoices());
    }

    @Test
    void moreThanTheHostCountedHoldsItsOwnBillsOnly() {
        Place wrong = new Place()
                .hour(10 * MINUTE_OF_CPU, 8 * MINUTE_OF_CPU, 2)
                .hour(MINUTE_OF_CPU, MINUTE_OF_CPU, 1)
                .uploaded();
        Place sound = new Place().hour(MINUTE_OF_CPU, MINUTE_OF_CPU, 1).uploaded();

        settle(wrong, sound);

        assertTrue(wrong.kinds().contains("ABOVE_HOST"), wrong.kinds().toString());
        assertEquals(0, wrong.invoices());
        assertTrue(wrong.parkedBecause().contains("the host counted"), wrong.parkedBecause());
        assertEquals(1, sound.invoices());
    }

    @Test
    void aPhantomContextIsFoundAndHoldsNobody() {
        Place place = new Place()
                .hour(10 * MINUTE_OF_CPU, 15 * MINUTE_OF_CPU, 2)
                .hour(MINUTE_OF_CPU, MINUTE_OF_CPU, 1)
                .uploaded();

        settle(place);
        settle(place);

        assertEquals(List.of("BELOW_HOST"), place.kinds());
        assertEquals(1, place.invoices());
    }

    @Test
    void aWindowInWhichTheHostBootedSaysNothing() {
        Place place = new Place().hour(10 * MINUTE_OF_CPU, 10 * MINUTE_OF_CPU, 2);
        place.used += 10 * MINUTE_OF_CPU;
        place.counted = MINUTE_OF_CPU;
        place.read("00000000-0000-4000-8000-0000000000b1", end.minus(1, ChronoUnit.HOURS));
        place.read("00000000-0000-4000-8000-0000000000b1", end);
        ingest.take(place.node, place.journal.key(), place.journal.all());

        settle(place);

        assertEquals("HOLDS", place.verdicts().getLast());
        assertEquals(
                List.of("UNKNOWN", "UNKNOWN"), place.verdicts().subList(0, 2), "the first reading comes a moment late");
        assertEquals(List.of(), place.kinds());
    }

    @Test
    void whatRunsAndIsNotPaidForIsFound() {
        Place place = new Place().uploaded();
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", end.minusSeconds(60), place.vps);
        database.update("UPDATE vps SET observed_at = ? WHERE id = ?", clock.instant(), place.vps);

        settle(place);

        assertEquals(List.of("RUNNING_UNBILLED"), place.kinds());
        assertTrue(place.parkedBecause().contains("nobody pays for it"), place.parkedBecause());
        assertEquals(0, place.invoices());

        database.update("UPDATE vps SET observed_state = 'STOPPED' WHERE id = ?", place.vps);
        settle(place);

        assertEquals(List.of(), place.kinds());
        assertEquals(1, place.invoices());
    }

    @Test
    void aDeletionThatWasForgottenIsFoundAndStopsItsOwnBill() {
        Place place = new Place().uploaded();
        Place other = new Place().uploaded();
        database.update("UPDATE vps SET observed_state = 'GONE' WHERE id = ?", place.vps);

        settle(place, other);

        assertEquals(List.of("BILLED_GONE"), place.kinds());
        assertEquals(0, place.invoices());
        assertEquals(1, other.invoices());
    }

    @Test
    void whatANodeDoesNotNameAnyMoreIsFound() {
        Place place = new Place().uploaded();
        database.update("UPDATE node SET last_seen_at = ? WHERE id = ?", clock.instant(), place.node);

        settle(place);

        assertTrue(place.kinds().contains("BILLED_GONE"), place.kinds().toString());
        assertEquals(0, place.invoices());
    }

    @Test
    void anAddressGivenTwiceStopsTheBillOfWhoPaysForIt() {
        Place place = new Place().uploaded();
        UUID pool = Ids.next(clock);
        UUID address = Ids.next(clock);
        String text = "10.%d.%d.%d"
                .formatted((1 + address.hashCode()) >>> 24 & 127, pool.hashCode() & 127, address.hashCode() & 127);
        database.update(
                "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, ?)",
                pool,
                place.node,
                text + "/32",
                clock.instant());
        database.update(
                "INSERT INTO ip_address (id, pool_id, address, state, vps_id) VALUES (?, ?, ?, 'ASSIGNED', ?)",
                address,
                pool,
                text,
                place.vps);
        database.update(
                "INSERT INTO ip_assignment (id, address_id, vps_id, valid_from) VALUES (?, ?, ?, ?)",
                Ids.next(clock),
                address,
                place.vps,
                start);
        reconciliation.run();
        assertEquals(List.of(), place.kinds());

        database.update(
                "INSERT INTO quarantined_context (node_id, context_id, first_seen_at, last_seen_at, addresses, running)"
                        + " VALUES (?, ?, ?, ?, ?, TRUE)",
                seed.node(),
                Ids.next(clock),
                end.minusSeconds(600),
                clock.instant(),
                "fd00::7 " + text);
        settle(place);

        assertEquals(List.of("ADDRESS_WITHOUT_OWNER"), place.kinds());
        assertTrue(place.parkedBecause().contains(text), place.parkedBecause());

        database.update("UPDATE ip_assignment SET valid_to = ? WHERE address_id = ?", clock.instant(), address);
        database.update("UPDATE quarantined_context SET running = FALSE WHERE addresses LIKE ?", "%" + text);
        settle(place);

        assertEquals(List.of("ADDRESS_WITHOUT_OWNER"), place.kinds());
    }

    @Test
    void aDiskThatIsNotHeldToItsPlanIsFound() {
        Place place = new Place().uploaded();
        database.update(
                "UPDATE vps SET storage_limit_bytes = 7777, storage_limit_at = ?, observed_generation = generation WHERE id = ?",
                end.minus(1, ChronoUnit.HOURS),
                place.vps);

        settle(place);

        assertEquals(List.of("QUOTA_NOT_APPLIED"), place.kinds());
        assertTrue(place.parkedBecause().contains("7777 bytes"), place.parkedBecause());
        assertEquals(0, place.invoices());
    }

    @Test
    void staffAcceptAFindingWithAReasonAndOnce() {
        Place place = new Place().uploaded();
        database.update("UPDATE vps SET observed_state = 'GONE' WHERE id = ?", place.vps);
        settle(place);
        String id = database.one(
                        "SELECT id FROM reconciliation_finding WHERE account_id = ?",
                        row -> row.uuid("id").toString(),
                        place.account)
                .orElseThrow();
        String path = "/api/admin/v1/reconciliation/findings/" + id + "/accept";

        Given.once(Given.SUPPORT).body(Map.of("reason", "")).post(path).then().statusCode(422);
        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "the customer keeps the plan"))
                .post(path)
                .then()
                .statusCode(200)
                .body("acceptance.because", equalTo("the customer keeps the plan"));
        Given.once(Given.SUPPORT)
                .body(Map.of("reason", "again"))
                .post(path)
                .then()
                .statusCode(409);
        settle(place);

        assertEquals(1, place.invoices());
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/reconciliation/findings")
                .then()
                .statusCode(200)
                .body("id", hasItem(id));
    }
}
