package dev.berth.fleet;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Report;
import dev.berth.evidence.Report.Verdict;
import dev.berth.evidence.Unzipped;
import dev.berth.evidence.Verifier;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
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

/** What is billed of VPS whose node was declared gone for good, and comes back with readings that nobody had seen. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class DeadNodeBillTest {
    @Inject
    AgentServer server;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID version = new UUID(0, 0);
    private TestNode node;
    private Journal journal = new Journal();
    private String name = "";

    private Instant month(int before) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private Instant day(int day) {
        return month(2).plus(Duration.ofDays(day));
    }

    @BeforeEach
    void aNodeAndAPlan() throws Exception {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        name = "revenant" + UUID.randomUUID().toString().substring(0, 8);
        node = TestNode.enrol(server.port(), name, Given.joinToken(name));
        journal = new Journal(node.key());
    }

    private UUID vps(UUID on) {
        UUID vps = seed.vps(account, on, version);
        seed.subscription(vps, account, version, month(2), Optional.empty());
        return vps;
    }

    /** As the node itself sends them. */
    private int sends(long first, long last) throws IOException, InterruptedException {
        String batch = TestNode.JSON.writeValueAsString(journal.rooted(first, last));
        return node.send("readings", r -> r.POST(BodyPublishers.ofString(batch)))
                .statusCode();
    }

    private void dies(UUID vps) throws Exception {
        assertEquals(204, node.observe(1, Given.status(vps, 1, State.RUNNING)));
        database.update("UPDATE node SET last_seen_at = last_seen_at - INTERVAL 1 HOUR WHERE id = ?", node.id());
        Given.once(Given.ADMIN)
                .body(Map.of("name", name, "reason", "it burnt"))
                .post("/api/admin/v1/nodes/" + node.id() + "/death")
                .then()
                .statusCode(201);
    }

    private void run() {
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
    }

    /** Newest first. */
    private List<String> invoices() {
        return as(owner).get("/api/v1/invoices").then().extract().path("items.id");
    }

    private void allAreProved() throws IOException {
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

    /** It was billed up to the last measurement that anybody had; the rest is refused, and charged to nobody. */
    @Test
    void whatWasLostWithItIsBilledUpToItsLastMeasurement() throws Exception {
        UUID vps = vps(node.id());
        journal.add(Kind.OPEN, vps, 1, month(2), Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, day(10), Journal.counters(500));
        journal.add(Kind.SAMPLE, vps, 1, day(20), Journal.counters(900));
        journal.add(Kind.SAMPLE, vps, 1, month(1), Journal.counters(1_300));
        assertEquals(200, sends(1, 2));
        dies(vps);
        run();
        as(owner)
                .get("/api/v1/invoices/" + invoices().getFirst())
                .then()
                .body("lines.quantity", contains(10 * 24 * 3_600, 500));

        assertEquals(401, sends(3, 4));
        run();

        assertEquals(1, invoices().size());
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM reading WHERE node_id = ?", node.id()));
        allAreProved();
    }

    /** The VPS had left it; its last reading there was under way, let in by a replica, when the node was declared gone. */
    @Test
    void whatWasUnderWayIsALineOfTheNextBill() throws Exception {
        UUID home = seed.node();
        UUID vps = vps(home);
        database.update(
                "INSERT INTO vps_stay (vps_id, node_id, generation, left_at) VALUES (?, ?, 2, ?)",
                vps,
                node.id(),
                day(12));
        journal.add(Kind.OPEN, vps, 1, month(2), Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, day(10), Journal.counters(500));
        journal.addLast(vps, 2, day(12), Journal.counters(600));
        Journal other = new Journal();
        other.add(Kind.CHECKPOINT, vps, 2, day(13), Journal.counters(600));
        other.add(Kind.OPEN, vps, 2, day(13), Journal.counters(600));
        other.add(Kind.SAMPLE, vps, 2, month(1), Journal.counters(1_300));
        other.add(Kind.SAMPLE, vps, 2, month(0), Journal.counters(1_450));
        assertEquals(200, sends(1, 2));
        assertEquals(new Result.Acked(3), ingest.take(home, other.key(), other.rooted(1, 3)));
        run();
        assertEquals(List.of(), invoices());
        dies(vps);
        run();
        assertEquals(1, invoices().size());
        as(owner)
                .get("/api/v1/invoices/" + invoices().getFirst())
                .then()
                .body("lines.amount.amount", contains("4.00", "1.20"));

        assertEquals(401, sends(3, 3));
        assertEquals(new Result.Acked(3), ingest.take(node.id(), journal.key(), journal.rooted(3, 3)));
        assertEquals(new Result.Acked(4), ingest.take(home, other.key(), other.rooted(4, 4)));
        run();
        run();

        assertEquals(2, invoices().size());
        as(owner)
                .get("/api/v1/invoices/" + invoices().getFirst())
                .then()
                .body("lines.model", contains("RECURRING", "USAGE", "CORRECTION"))
                .body("lines.quantity[1]", equalTo(150))
                .body("lines.quantity[2]", equalTo(100))
                .body("lines[2].correctsInvoiceId", equalTo(invoices().getLast()));
        allAreProved();
    }
}
