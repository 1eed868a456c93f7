package dev.berth.evidence;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Report.Verdict;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.vps.PastHolds;
import dev.berth.vps.Vps.Suspension.How;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a VPS costs that the suspension ladder holds back. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SuspendedInvoiceTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    PastHolds holds;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final Journal journal = new Journal();
    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;
    private int days;

    /** A VPS of last month for as much a month as it has days, and 0.10 for each 100 bytes sent; an add-on for twice as much. */
    @BeforeEach
    void aMonth() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        days = month.lengthOfMonth();
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, Integer.toString(days)));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        vps = seed.vps(account, node, version);
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        seed.subscription(vps, account, version, start, Optional.empty());
        seed.addOn(vps, account, Integer.toString(2 * days), start);
    }

    private void billed(long sent) {
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(sent));
        assertEquals(new Result.Acked(2), ingest.take(node, journal.key(), journal.rooted(1, 2)));
        run.run();
    }

    private Instant day(int day) {
        return start.plus(Duration.ofDays(day));
    }

    private String invoice() {
        return as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
    }

    private List<String> amounts() {
        return as(owner).get("/api/v1/invoices/" + invoice()).then().extract().path("lines.amount.amount");
    }

    private Unzipped bundle() throws IOException {
        return Unzipped.of(as(owner)
                .get("/api/v1/invoices/" + invoice() + "/bundle")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    }

    /** UCRM#139: on re-activation the months of suspension are invoiced although no service was given. */
    @Test
    void row12TimeInWhichNoServiceWasGivenIsNotInvoiced() throws IOException {
        holds.ladder(vps, How.FREEZE, day(5));
        holds.ladder(vps, How.STOP, day(8));
        holds.staff(vps, day(12));
        holds.paid(vps, day(15));
        holds.settled(vps, day(20));

        billed(1_000);

        int served = days - 15;
        assertEquals(List.of(served + ".00", "1.00", 2 * served + ".00"), amounts());
        as(owner)
                .get("/api/v1/invoices/" + invoice() + "/lines/1/evidence")
                .then()
                .statusCode(200)
                .body("line.quantity", equalTo(served * 86_400))
                .body("intervals.from", contains(text(start), text(day(5)), text(day(20))))
                .body("intervals.to", contains(text(day(5)), text(day(20)), text(end)))
                .body("intervals.quantity", contains(5 * 86_400, 0, (served - 5) * 86_400));
        as(owner)
                .get("/api/v1/invoices/" + invoice() + "/lines/3/evidence")
                .then()
                .body("intervals.from", contains(text(start), text(day(20))))
                .body("intervals.to", contains(text(day(5)), text(end)));
        as(owner)
                .get("/billing/invoices/" + invoice() + "/lines/1")
                .then()
                .statusCode(200)
                .body(containsString("was suspended: no service, no fee."))
                .body(containsString("Suspended: nothing is charged for this time."))
                .body(containsString("%d d 0 h, suspended 15 d 0 h".formatted(served)));
        as(owner)
                .post("/api/v1/invoices/" + invoice() + "/recompute")
                .then()
                .statusCode(200)
                .body("same", equalTo(true));
    }

    /** The same computation stands behind what another plan would have cost. */
    @Test
    void aComparisonOfPlansLeavesTheSameTimeOut() {
        holds.ladder(vps, How.STOP, day(5));
        holds.paid(vps, day(20));
        billed(1_000);
        String slug = database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version w ON w.plan_id = p.id JOIN vps v ON"
                                + " v.plan_version_id = w.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        vps)
                .orElseThrow();
        database.update("UPDATE plan SET listed = TRUE WHERE slug = ?", slug);

        as(owner)
                .get("/api/v1/vps/" + vps + "/plan-comparison?periods=1&plan=" + slug)
                .then()
                .statusCode(200)
                .body("periods[0].present.amount", equalTo(3 * (days - 15) + 1 + ".00"))
                .body("periods[0].other.amount", equalTo(3 * (days - 15) + 1 + ".00"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", slug);
    }

    private static String text(Instant instant) {
        return instant.toString();
    }

    @Test
    void theBundleSaysWhenTheFeeStoodStillAndFits() throws IOException {
        holds.ladder(vps, How.STOP, day(5));
        holds.paid(vps, day(20));
        billed(1_000);
        Unzipped bundle = bundle();

        Report report = Verifier.verify(bundle);

        assertEquals(Verdict.NOT_ALL_SIGNED, report.verdict(), report.text());
        String said = report.lines().getFirst().said();
        assertTrue(said.startsWith("proved"), said);
        assertTrue(
                said.contains("stood still, as the VPS was suspended, from %s 00:00:00 UTC to %s"
                        .formatted(
                                day(5).toString().substring(0, 10),
                                day(20).toString().substring(0, 10))),
                said);
        String fee = BundleLine.file(1);
        found(bundle.forged(fee, "\"to\": \"" + day(20), "\"to\": \"" + day(19)), "not of one stretch of time");
        found(
                bundle.forged(fee, "\"to\": \"" + day(20), "\"to\": \"" + day(19))
                        .forged(fee, "\"from\": \"" + day(20), "\"from\": \"" + day(19)),
                "quantity is %d, computed it is %d".formatted((days - 15) * 86_400, (days - 14) * 86_400));
        found(bundle.forged(fee, "\"quantity\": \"" + 5 * 86_400, "\"quantity\": \"" + 6 * 86_400), "it rests on");
    }

    private static void found(Unzipped bundle, String what) throws IOException {
        Report report = Verifier.verify(bundle);
        assertTrue(
                report.lines().getFirst().wrong().stream().anyMatch(said -> said.contains(what)),
                () -> what + ": " + report.text());
    }

    /** A bundle from before fees could stand still. */
    @Test
    void theFirstVersionOfBundlesIsReadAsBefore() throws IOException {
        billed(1_000);
        Unzipped old = bundle().forged("invoice.json", BundleHead.FORMAT, "berth-bundle/1");

        assertEquals(Verdict.NOT_ALL_SIGNED, Verifier.verify(old).verdict());
        Unzipped other = old.forged("invoice.json", "berth-bundle/1", "berth-bundle/3");
        assertEquals(Verdict.WRONG, Verifier.verify(other).verdict());
    }

    /** Suspended the whole month, with nothing used: there is nothing to invoice. */
    @Test
    void aMonthWithoutServiceMakesNoInvoice() {
        holds.ladder(vps, How.STOP, start);

        billed(0);

        assertEquals(
                "NOTHING_DUE",
                database.one(
                                "SELECT state FROM billing_period WHERE account_id = ? AND period_from = ?",
                                row -> row.text("state"),
                                account,
                                start)
                        .orElseThrow());
        // it is still suspended: the days of this month cost nothing so far, and are not expected to
        as(owner)
                .get("/api/v1/vps/" + vps + "/usage")
                .then()
                .statusCode(200)
                .body("lines[0].quantity", equalTo(0))
                .body("lines[0].amount.amount", equalTo("0.00"))
                .body("lines[2].amount.amount", equalTo("0.00"));
        as(owner)
                .get("/api/v1/vps/" + vps + "/forecast")
                .then()
                .statusCode(200)
                .body("soFar.amount", equalTo("0.00"))
                .body("expected.amount", equalTo("0.00"));
    }

    /** Periods that were opened before, or with berth.billing.while-suspended=bill, are charged as they were announced. */
    @Test
    void whatAPeriodWasOpenedWithHoldsForIt() {
        holds.ladder(vps, How.STOP, day(5));
        holds.paid(vps, day(20));
        database.update(
                "INSERT INTO billing_period (id, account_id, period_from, period_to, next_attempt_at, time_zone)"
                        + " VALUES (UUID(), ?, ?, ?, ?, 'UTC')",
                account,
                start,
                end,
                end);

        billed(1_000);

        assertEquals(List.of(days + ".00", "1.00", 2 * days + ".00"), amounts());
        as(owner).post("/api/v1/invoices/" + invoice() + "/recompute").then().body("same", equalTo(true));
        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE billing_period SET while_suspended = 'PAUSE' WHERE account_id = ?", account));
    }
}
