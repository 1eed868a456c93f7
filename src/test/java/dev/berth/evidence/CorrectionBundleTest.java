package dev.berth.evidence;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
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
import dev.berth.units.NodeId;
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

/** An invoice that was closed before its readings had come, the late ones, and the invoice that corrects it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CorrectionBundleTest {
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
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private String oldInvoice = "";
    private String newInvoice = "";

    private Instant month(int before) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    /** 500 of 1,300 bytes of a month were known when staff released its bill; 150 more came in the next month. */
    @BeforeEach
    void twoInvoices() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        vps = seed.vps(account, node, version);
        Instant start = month(2);
        seed.subscription(vps, account, version, start, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, start.plus(Duration.ofDays(10)), Journal.counters(500));
        journal.add(Kind.SAMPLE, vps, 1, start.plus(Duration.ofDays(20)), Journal.counters(900));
        journal.add(Kind.SAMPLE, vps, 1, month(1), Journal.counters(1_300));
        journal.add(Kind.SAMPLE, vps, 1, month(0), Journal.counters(1_450));
        arrive(1, 2);
        run.run();
        String waiting = database.one(
                        "SELECT id FROM billing_period WHERE account_id = ? AND period_from = ?",
                        row -> row.uuid("id").toString(),
                        account,
                        start)
                .orElseThrow();
        Given.once(Given.ADMIN)
                .body(Map.of("reason", "its node burnt down"))
                .post("/api/admin/v1/parked-periods/" + waiting + "/release")
                .then()
                .statusCode(200);
        run.run();
        arrive(3, 5);
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
        List<String> invoices =
                as(owner).get("/api/v1/invoices").then().extract().path("items.id");
        assertEquals(2, invoices.size());
        newInvoice = invoices.get(0);
        oldInvoice = invoices.get(1);
    }

    private void arrive(long first, long last) {
        assertEquals(new Result.Acked(last), ingest.take(node, journal.key(), journal.rooted(first, last)));
    }

    private Unzipped bundle(String invoice) throws IOException {
        return Unzipped.of(as(owner)
                .get("/api/v1/invoices/" + invoice + "/bundle")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    }

    private String number() {
        return as(owner).get("/api/v1/invoices/" + oldInvoice).then().extract().path("number");
    }

    @Test
    void theNewInvoiceSaysWhatItCorrectsAndWhy() {
        String number = number();
        as(owner)
                .get("/api/v1/invoices/" + newInvoice)
                .then()
                .body("lines.model", contains("RECURRING", "USAGE", "CORRECTION"))
                .body("lines.amount.amount", contains("4.00", "0.15", "0.80"))
                .body("lines[2].correctsInvoiceId", equalTo(oldInvoice))
                .body("lines[2].correctsInvoice", equalTo(number))
                .body("lines[2].correctsLine", equalTo(2));
        as(owner)
                .get("/billing/invoices/" + newInvoice)
                .then()
                .statusCode(200)
                .body(containsString("Correction of invoice " + number + " (readings came late): Line 2"));
        as(owner)
                .get("/billing/invoices/" + newInvoice + "/lines/3")
                .then()
                .statusCode(200)
                .body(containsString("After invoice " + number + " was issued for the time from"))
                .body(containsString("on line 2 of it. The earlier bill stays as it is."));
        as(owner)
                .get("/api/v1/invoices/" + newInvoice + "/lines/3/evidence")
                .then()
                .body("intervals.quantity", contains(1_300, 500))
                .body("intervals.takenOff", contains(false, true))
                .body("intervals.readings.seq", contains(List.of(1, 2, 3, 4), List.of(1, 2)));
    }

    @Test
    void bothAreComputedAgainAsTheyWere() {
        for (String invoice : List.of(oldInvoice, newInvoice)) {
            as(owner)
                    .post("/api/v1/invoices/" + invoice + "/recompute")
                    .then()
                    .statusCode(200)
                    .body("same", equalTo(true));
        }
        database.update("UPDATE reading SET net_tx_bytes = net_tx_bytes + 1 WHERE node_id = ? AND seq = 3", node);
        as(owner).post("/api/v1/invoices/" + oldInvoice + "/recompute").then().body("same", equalTo(true));
        as(owner)
                .post("/api/v1/invoices/" + newInvoice + "/recompute")
                .then()
                .body("same", equalTo(false))
                .body("differences.line", contains(3));
    }

    @Test
    void bothAreProvedWithoutThePortal() throws IOException {
        for (String invoice : List.of(oldInvoice, newInvoice)) {
            Report report = Verifier.verify(bundle(invoice));

            assertEquals(Verdict.PROVED, report.verdict(), report.text());
        }
    }

    @Test
    void aForgedCorrectionIsFound() throws IOException {
        Unzipped bundle = bundle(newInvoice);
        String line = BundleLine.file(3);
        String readings = Rows.file(vps, new NodeId(node));

        found(bundle.forged(readings, ",900,", ",901,"), "reading 3 of node");
        found(bundle.forged(line, "\"amount\": \"0.80\"", "\"amount\": \"0.90\""), "amount is 0.90");
        found(bundle.forged(line, "\"exact\": \"0.8", "\"exact\": \"0.9"), "exact amount is 0.9");
        found(bundle.forged(line, "\"quantity\": \"800\"", "\"quantity\": \"801\""), "quantity is 801");
        found(bundle.forged(line, "\"lastSeq\": \"2\"", "\"lastSeq\": \"1\""), "it rests on");
        found(bundle.forged(line, "\"lastSeq\": \"4\"", "\"lastSeq\": \"3\""), "exact amount is 0.8");
        found(bundle.forged(line, "\"takenOff\": \"true\"", "\"takenOff\": \"maybe\""), "cannot be read");
        found(bundle.forged(line, "\"model\": \"CORRECTION\"", "\"model\": \"USAGE\""), "only a correction corrects");
    }

    private static void found(Unzipped bundle, String what) throws IOException {
        Report report = Verifier.verify(bundle);
        assertTrue(
                report.lines().get(2).wrong().stream().anyMatch(said -> said.contains(what)),
                () -> what + ": " + report.text());
        assertEquals(List.of(), report.lines().get(0).wrong());
    }
}
