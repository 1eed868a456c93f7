package dev.berth.evidence;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Report.Verdict;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readings come late for a bill that is issued, and a counter went back in them: staff are asked before the next bill corrects it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LateFaultTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final Journal journal = new Journal();
    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID neighbour = new UUID(0, 0);
    private UUID node = new UUID(0, 0);

    private Instant month(int before) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private Instant day(int before, int day) {
        return month(before).plus(Duration.ofDays(day));
    }

    /** Of its first month 500 of 1,300 bytes were known when staff released its bill; in what came later a counter went back by 200. */
    @BeforeEach
    void aMonthThatWasReleased() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        neighbour = seed.account();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        UUID vps = seed.vps(account, node, version);
        UUID other = seed.vps(neighbour, node, version);
        seed.subscription(vps, account, version, month(3), Optional.empty());
        seed.subscription(other, neighbour, version, month(3), Optional.empty());
        journal.add(Kind.OPEN, vps, 1, month(3), Journal.counters(0));
        journal.add(Kind.OPEN, other, 1, month(3), Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, day(3, 10), Journal.counters(500));
        journal.add(Kind.SAMPLE, vps, 1, day(3, 20), Journal.counters(900));
        journal.add(Kind.SAMPLE, vps, 1, day(3, 25), Journal.counters(700));
        journal.add(Kind.SAMPLE, vps, 1, month(2), Journal.counters(1_300));
        journal.add(Kind.SAMPLE, other, 1, month(2), Journal.counters(10));
        journal.add(Kind.SAMPLE, vps, 1, month(1), Journal.counters(1_450));
        journal.add(Kind.SAMPLE, other, 1, month(1), Journal.counters(20));
        journal.add(Kind.SAMPLE, vps, 1, month(0), Journal.counters(1_500));
        arrive(1, 3);
        run();
        release(month(3), "its node burnt down");
        run();
        assertEquals(1, invoices().size());
        arrive(4, 9);
        run();
    }

    private void arrive(long first, long last) {
        assertEquals(new Result.Acked(last), ingest.take(node, journal.key(), journal.rooted(first, last)));
    }

    private void run() {
        database.update(
                "UPDATE billing_period SET next_attempt_at = period_to WHERE account_id IN (?, ?)", account, neighbour);
        run.run();
    }

    private UUID period(Instant from) {
        return database.one(
                        "SELECT id FROM billing_period WHERE account_id = ? AND period_from = ?",
                        row -> row.uuid("id"),
                        account,
                        from)
                .orElseThrow();
    }

    private void release(Instant from, String reason) {
        Given.once(Given.ADMIN)
                .body(Map.of("reason", reason))
                .post("/api/admin/v1/parked-periods/" + period(from) + "/release")
                .then()
                .statusCode(200);
    }

    /** Newest first. */
    private List<String> invoices() {
        return as(owner).get("/api/v1/invoices").then().extract().path("items.id");
    }

    @Test
    void theNextBillWaitsForStaffAndSaysWhy() {
        assertEquals(1, invoices().size());
        List<String> reasons = as(Given.SUPPORT)
                .get("/api/admin/v1/parked-periods/" + period(month(2)))
                .then()
                .statusCode(200)
                .extract()
                .path("reasons");
        assertEquals(1, reasons.size(), reasons::toString);
        assertTrue(
                reasons.getFirst()
                        .endsWith(
                                ": reading %s#5 came late for the bill from %s to %s, and a counter went back, and nothing had begun anew: release this bill to correct that one by what was measured"
                                        .formatted(node, month(3), month(2))),
                reasons::getFirst);
        assertEquals(
                reasons.getFirst(),
                database.one(
                                "SELECT reason FROM billing_period WHERE id = ? AND state = 'PARKED'",
                                row -> row.text("reason"),
                                period(month(2)))
                        .orElseThrow());
    }

    @Test
    void whoHasNoSuchReadingDoesNotWait() {
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM invoice WHERE account_id = ?", neighbour));
    }

    /** Only what lies above the highest value counts: 900, then 400 up to 1,300. */
    @Test
    void whatStaffReleasedIsCorrectedOnceAndNobodyIsAskedAgain() throws IOException {
        release(month(2), "a new network card");
        run();
        assertEquals(2, invoices().size());
        as(owner)
                .get("/api/v1/invoices/" + invoices().getFirst())
                .then()
                .body("lines.model", contains("RECURRING", "USAGE", "CORRECTION"))
                .body("lines.amount.amount", contains("4.00", "0.15", "0.80"));

        arrive(10, 10);
        run();
        assertEquals(3, invoices().size());
        as(owner)
                .get("/api/v1/invoices/" + invoices().getFirst())
                .then()
                .body("lines.model", contains("RECURRING", "USAGE"));
        for (String invoice : invoices()) {
            as(owner).post("/api/v1/invoices/" + invoice + "/recompute").then().body("same", equalTo(true));
            byte[] bundle = as(owner)
                    .get("/api/v1/invoices/" + invoice + "/bundle")
                    .then()
                    .statusCode(200)
                    .extract()
                    .asByteArray();
            Report report = Verifier.verify(Unzipped.of(bundle));
            assertEquals(Verdict.PROVED, report.verdict(), report::text);
        }
    }
}
