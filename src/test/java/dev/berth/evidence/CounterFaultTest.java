package dev.berth.evidence;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Local;
import dev.berth.evidence.Report.Verdict;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.metering.Meter;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Database;
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
import java.io.IOException;
import java.math.BigInteger;
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

/** A month that was billed, and a counter that went back in the month after it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CounterFaultTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

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

    private void reading(Kind kind, Instant at, long value, long local) {
        Counters c = Journal.counters(value);
        journal.add(
                kind,
                vps,
                1,
                at,
                new Counters(
                        c.cpuUsec(),
                        c.cpuThrottledUsec(),
                        c.memoryByteSeconds(),
                        c.diskByteSeconds(),
                        c.netTxBytes(),
                        c.netRxBytes(),
                        c.ioReadBytes(),
                        c.ioWriteBytes(),
                        c.addressSeconds(),
                        c.uptimeSeconds(),
                        c.cpuTokens(),
                        Optional.empty(),
                        Optional.of(new Local(local, local))));
    }

    /** In its first month its node told local traffic apart, then not, as an older berthd does, and from the second on again. */
    @BeforeEach
    void twoMonthsBilled() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, month(3), Optional.empty());
        reading(Kind.OPEN, month(3), 0, 0);
        reading(Kind.SAMPLE, day(3, 10), 500, 100);
        reading(Kind.SAMPLE, day(3, 20), 600, 0);
        reading(Kind.SAMPLE, month(2), 700, 0);
        reading(Kind.SAMPLE, day(2, 10), 1_000, 120);
        reading(Kind.SAMPLE, month(1), 1_300, 130);
        arrive(1, 6);
        run.run();
        assertEquals(2, invoices().size());
    }

    private void arrive(long first, long last) {
        assertEquals(new Result.Acked(last), ingest.take(node, journal.key(), journal.rooted(first, last)));
    }

    /** Newest first. */
    private List<String> invoices() {
        return as(owner).get("/api/v1/invoices").then().extract().path("items.id");
    }

    private byte[] bundle(String invoice) {
        return as(owner)
                .get("/api/v1/invoices/" + invoice + "/bundle")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    private BigInteger local() {
        Period period = new Period(month(2), month(1));
        return readings.timeline(new NodeId(node), new ContextId(vps), period)
                .usage(period)
                .of(Meter.NETWORK_LOCAL_BYTES_SENT);
    }

    /** Eighty bytes less than were counted, then on from there. */
    private void aCounterGoesBack() {
        reading(Kind.SAMPLE, day(1, 5), 1_220, 130);
        reading(Kind.SAMPLE, month(0), 1_450, 140);
        arrive(7, 8);
    }

    @Test
    void whatWasBilledBeforeStaysAsItIsToTheByte() throws IOException {
        BigInteger local = local();
        List<String> invoices = invoices();
        List<byte[]> before = invoices.stream().map(this::bundle).toList();

        aCounterGoesBack();

        assertEquals(local, local());
        for (int i = 0; i < invoices.size(); i++) {
            byte[] bundle = bundle(invoices.get(i));
            assertArrayEquals(before.get(i), bundle);
            assertEquals(Verdict.PROVED, Verifier.verify(Unzipped.of(bundle)).verdict());
            as(owner)
                    .post("/api/v1/invoices/" + invoices.get(i) + "/recompute")
                    .then()
                    .body("same", equalTo(true));
        }
    }

    /** Only what lies above the highest value counts: 150 bytes. The bundle says so with all readings there are. */
    @Test
    void theMonthItselfWaitsForStaffAndIsProvedFromTheBeginning() throws IOException {
        aCounterGoesBack();
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
        String waiting = database.one(
                        "SELECT id FROM billing_period WHERE account_id = ? AND state = 'PARKED'"
                                + " AND reason LIKE '%went back%'",
                        row -> row.uuid("id").toString(), account)
                .orElseThrow();
        Given.once(Given.ADMIN)
                .body(Map.of("reason", "a new network card"))
                .post("/api/admin/v1/parked-periods/" + waiting + "/release")
                .then()
                .statusCode(200);
        run.run();

        String invoice = invoices().getFirst();
        as(owner).get("/api/v1/invoices/" + invoice).then().body("lines[1].quantity", equalTo(150));
        Unzipped bundle = Unzipped.of(bundle(invoice));
        assertTrue(bundle.text(Rows.file(vps, new NodeId(node))).contains("\nreading 1 "));
        assertEquals(Verdict.PROVED, Verifier.verify(bundle).verdict());
    }
}
