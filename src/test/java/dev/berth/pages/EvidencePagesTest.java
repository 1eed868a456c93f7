package dev.berth.pages;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.MerkleTree;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
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

/** What stands behind a line, as the customer reads it and as a program pages through it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class EvidencePagesTest {
    private static final long GIGA = 1_000_000_000L;

    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    InstantSource clock;

    private final Journal journal = new Journal();
    private String owner = "";
    private String invoice = "";

    /** 10 GB are included, 12.3 were sent, each of the rest costs 0.02; the middle readings of 120 are one an hour. */
    @BeforeEach
    void anInvoice() {
        owner = Given.customer();
        UUID account = UUID.fromString(Given.accountOf(owner));
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(
                version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 10 * GIGA, GIGA, "0.02"));
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(5_100_000_000L));
        for (int i = 1; i < 119; i++) {
            journal.add(
                    Kind.SAMPLE, vps, 1, start.plus(Duration.ofHours(i)), Journal.counters(5_100_000_000L + i * 100L));
        }
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(17_400_000_000L));
        ingest.take(node, journal.key(), journal.rooted(1, 60));
        ingest.take(node, journal.key(), journal.batch(61, 120));
        run.run();
        invoice = as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
    }

    @Test
    void thePageSaysInWordsHowTheAmountComesAbout() {
        Response page = Given.browsing(owner).get("/billing/invoices/" + invoice + "/lines/2");

        PageRules.check(page, 200);
        String text = page.asString();
        for (String part : List.of(
                "sent 12.3 GB: its counter stood at 5.1 GB at 1 ",
                "(record 1 of node n",
                "signed one by one)",
                "and at 17.4 GB at 1 ",
                "(record 120 of node n",
                "signed with its batch)",
                "10 GB of it are included in the plan for this time.",
                "2.3 GB at €0.02 per unit: exactly €0.046.",
                "Rounded once, that is €0.05; −€0.004 go on to the next time.",
                "/billing/invoices/" + invoice + "/bundle",
                "cursor=100")) {
            assertTrue(text.contains(part), () -> part + " is not in " + text);
        }
        PageRules.check(
                Given.browsing(owner).get("/billing/invoices/" + invoice + "/lines/2?interval=1&cursor=100"), 200);
        PageRules.check(Given.browsing(owner).get("/billing/invoices/" + invoice + "/lines/1"), 200);
        PageRules.check(Given.browsing(owner).get("/billing/invoices/" + invoice), 200);
        Given.browsing(owner)
                .get("/billing/invoices/" + invoice + "/bundle")
                .then()
                .statusCode(200)
                .contentType("application/zip");
        Given.browsing(Given.customer())
                .get("/billing/invoices/" + invoice + "/bundle")
                .then()
                .statusCode(404);
    }

    @Test
    void aProgramPagesThroughTheReadings() {
        String path = "/api/v1/invoices/" + invoice + "/lines/2/evidence";

        as(owner)
                .get(path + "?limit=50")
                .then()
                .statusCode(200)
                .body("intervals[0].readings", hasSize(51))
                .body("intervals[0].readings[50].seq", equalTo(120))
                .body("intervals[0].complete", equalTo(false))
                .body("intervals[0].nextCursor", equalTo("50"));
        as(owner)
                .get(path + "?interval=1&limit=50&cursor=50")
                .then()
                .body("intervals[0].readings", hasSize(50))
                .body("intervals[0].readings[0].seq", equalTo(51))
                .body("intervals[0].nextCursor", equalTo("100"));
        as(owner)
                .get(path + "?interval=1&limit=50&cursor=100")
                .then()
                .body("intervals[0].readings", hasSize(20))
                .body("intervals[0].nextCursor", nullValue());
        as(owner).get(path).then().body("intervals[0].complete", equalTo(true));
        as(owner).get(path + "?interval=2").then().statusCode(404);
        as(owner).get(path + "?cursor=50").then().statusCode(422);
        as(owner).get(path + "?interval=1&cursor=x").then().statusCode(422);
        as(owner).get(path + "?limit=501").then().statusCode(422);
    }

    @Test
    void aReadingComesWithItsWayToTheSignedRoot() {
        JsonPath evidence = as(owner)
                .get("/api/v1/invoices/" + invoice + "/lines/2/evidence")
                .then()
                .body("intervals[0].readings[59].inclusion", notNullValue())
                .body("intervals[0].readings[60].inclusion", nullValue())
                .extract()
                .jsonPath();

        String reading = "intervals[0].readings[17].";
        assertEquals(
                Optional.of(evidence.getString(reading + "inclusion.root")),
                MerkleTree.rootOf(
                        evidence.getString(reading + "hash"),
                        evidence.getInt(reading + "inclusion.index"),
                        60,
                        evidence.getList(reading + "inclusion.path")));
        assertEquals(1, evidence.getInt(reading + "inclusion.firstSeq"));
    }
}
