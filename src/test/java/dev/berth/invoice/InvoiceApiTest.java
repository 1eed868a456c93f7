package dev.berth.invoice;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
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

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class InvoiceApiTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    InstantSource clock;

    private String owner = "";
    private String account = "";
    private UUID vps = new UUID(0, 0);

    /** A VPS of last month on 4.00 a month and 0.10 for each 100 bytes sent, of which it sent a thousand. */
    @BeforeEach
    void anInvoice() {
        owner = Given.customer();
        account = Given.accountOf(owner);
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        UUID node = seed.node();
        UUID accountId = UUID.fromString(account);
        vps = seed.vps(accountId, node, version);
        seed.subscription(vps, accountId, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
        run.run();
    }

    private String invoice() {
        return as(owner)
                .get("/api/v1/invoices")
                .then()
                .statusCode(200)
                .extract()
                .path("items[0].id");
    }

    @Test
    void theOwnerReadsTheInvoiceDownToItsReadings() {
        String path = "/api/v1/invoices/" + invoice();

        as(owner)
                .get(path)
                .then()
                .statusCode(200)
                .body("state", equalTo("FINAL"))
                .body("net.amount", equalTo("5.00"))
                .body("tax.amount", equalTo("0.95"))
                .body("total.amount", equalTo("5.95"))
                .body("total.currency", equalTo("EUR"))
                .body("lines", hasSize(2))
                .body("lines[1].quantity", equalTo(1000));
        as(owner)
                .get(path + "/lines/2/evidence")
                .then()
                .statusCode(200)
                .body("intervals[0].readings", hasSize(2))
                .body("intervals[0].readings[1].intact", equalTo(true))
                .body("intervals[0].readings[1].record.counters.netTxBytes", equalTo(1000));
        as(owner).post(path + "/recompute").then().statusCode(200).body("same", equalTo(true));
        as(owner)
                .get(path + "/pdf")
                .then()
                .statusCode(200)
                .contentType("application/pdf")
                .body(startsWith("%PDF-"));
    }

    @Test
    void thePagesShowTheSame() {
        String path = "/billing/invoices/" + invoice();

        as(owner).get(path).then().statusCode(200).body(containsString("5.95"));
        as(owner).get(path + "/lines/2").then().statusCode(200).body(containsString("intact"));
    }

    @Test
    void strangersFindNothing() {
        String stranger = Given.customer();
        String id = invoice();

        for (String path : List.of(
                "/api/v1/invoices/" + id,
                "/api/v1/invoices/" + id + "/pdf",
                "/api/v1/invoices/" + id + "/lines/1/evidence",
                "/api/v1/invoices?account=" + account,
                "/api/v1/invoices/so-far?account=" + account,
                "/api/v1/vps/" + vps + "/usage",
                "/api/v1/accounts/" + account + "/wallet",
                "/api/v1/accounts/" + account + "/ledger-entries")) {
            as(stranger).get(path).then().statusCode(404);
        }
        as(stranger).post("/api/v1/invoices/" + id + "/recompute").then().statusCode(404);
        as(stranger).get("/api/admin/v1/parked-periods").then().statusCode(403);
        as(stranger).get("/api/admin/v1/ledger/trial-balance").then().statusCode(403);
        once(stranger)
                .body(Map.of("amount", "5.00", "reason", "gift"))
                .post("/api/admin/v1/accounts/" + account + "/credit-grants")
                .then()
                .statusCode(403);
    }

    @Test
    void usageSoFarHasAPrice() {
        as(owner)
                .get("/api/v1/vps/" + vps + "/usage")
                .then()
                .statusCode(200)
                .body("baseUnits.CPU_TIME", equalTo("µs"))
                .body("net.currency", equalTo("EUR"))
                .body("lines", hasSize(2));
        as(owner).get("/api/v1/invoices/so-far").then().statusCode(200).body("state", equalTo("DRAFT"));
    }

    @Test
    void aGrantCountsOnceForItsKeyAndPays() {
        String path = "/api/admin/v1/accounts/" + account + "/credit-grants";
        String key = UUID.randomUUID().toString();
        Map<String, String> grant = Map.of("amount", "10.00", "reason", "welcome");

        for (int i = 0; i < 2; i++) {
            as(Given.SUPPORT)
                    .header("Idempotency-Key", key)
                    .body(grant)
                    .post(path)
                    .then()
                    .statusCode(201)
                    .body("statement.credit.amount", equalTo("10.00"));
        }
        run.run();

        as(owner)
                .get("/api/v1/accounts/" + account + "/wallet")
                .then()
                .body("credit.amount", equalTo("4.05"))
                .body("owed.amount", equalTo("0.00"));
        as(owner).get("/api/v1/invoices/" + invoice()).then().body("state", equalTo("PAID"));
        as(owner)
                .get("/api/v1/accounts/" + account + "/ledger-entries")
                .then()
                .statusCode(200)
                .body("items", hasSize(4));
        as(Given.ADMIN).get("/api/admin/v1/ledger/trial-balance").then().body("sound", equalTo(true));
    }

    @Test
    void badGrantsNameTheirFaults() {
        String path = "/api/admin/v1/accounts/" + account + "/credit-grants";

        once(Given.ADMIN).body(Map.of()).post(path).then().statusCode(422).body("faults", hasSize(2));
        once(Given.ADMIN)
                .body(Map.of("amount", "1.005", "reason", "r"))
                .post(path)
                .then()
                .statusCode(422);
        once(Given.ADMIN)
                .body(Map.of("amount", "-1", "reason", "r"))
                .post(path)
                .then()
                .statusCode(422);
    }
}
