package dev.berth.cpu;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.Readings.BoughtCpu;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Verify;
import dev.berth.fleet.NodeContexts;
import dev.berth.invoice.BillRun;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoiceLine;
import dev.berth.metering.Meter;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CPU time beyond the bank: sold, told to the node, measured, and billed within what the customer said. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CpuTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final long SECOND = 1_000_000;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    @Inject
    NodeContexts contexts;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    SurplusLimits limits;

    @TempDir
    Path directory = Path.of("");

    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;
    private final Journal journal = new Journal();
    private int sent;

    /** On a plan of 4.00 a month on which a vCPU-second of surplus costs 0.01, since last month began. */
    @BeforeEach
    void aServer() {
        owner = Given.customer();
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        node = seed.node();
        UUID plan = plan("0.01");
        account = UUID.fromString(Given.accountOf(owner));
        vps = seed.vps(account, node, plan);
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by,"
                        + " created_at) SELECT ?, account_id, id, plan_version_id, 'INVOICE', 'test', created_at FROM vps"
                        + " WHERE id = ?",
                UUID.randomUUID(),
                vps);
        seed.subscription(vps, account, plan, start, Optional.empty());
    }

    private UUID plan(String surplus) {
        UUID plan = seed.planVersion("EUR");
        seed.tariffLine(plan, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(plan, 2, new Seed.Price("USAGE", Optional.of("CPU_SURPLUS"), 0, SECOND, surplus));
        return plan;
    }

    private ValidatableResponse cap(@Nullable Object amount) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("monthlyCap", amount);
        return Given.as(owner)
                .body(body)
                .put("/api/v1/vps/" + vps + "/cpu-surplus")
                .then();
    }

    private ContextSpec told() {
        return contexts.changedAfter(node, 0).specs().stream()
                .filter(spec -> spec.contextId().equals(vps.toString()))
                .findFirst()
                .orElseThrow();
    }

    private long limit() {
        return told().limits().cpu().flatMap(Cpu::surplusLimitMicros).orElse(0L);
    }

    private void reading(Instant at, long creditMicros, long surplusMicros) {
        Counters counters = new Counters(
                creditMicros + surplusMicros,
                0,
                BigInteger.ZERO,
                BigInteger.ZERO,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                creditMicros + surplusMicros == 0
                        ? Optional.empty()
                        : Optional.of(new BoughtCpu(creditMicros, surplusMicros)));
        journal.add(journal.entries().isEmpty() ? Kind.OPEN : Kind.SAMPLE, vps, 1, at, counters);
        ingest.take(node, journal.key(), journal.batch(sent + 1, ++sent));
    }

    /** As if the cap that there is now had been there from then on. */
    private void since(Instant from) {
        database.update(
                "INSERT INTO cpu_surplus_cap (id, vps_id, account_id, monthly_cap, currency, decided_by, valid_from,"
                        + " valid_to) SELECT ?, vps_id, account_id, monthly_cap, currency, decided_by, ?, valid_from"
                        + " FROM cpu_surplus_cap WHERE open_vps_id = ?",
                UUID.randomUUID(),
                from,
                vps);
    }

    private Invoice lastMonth() {
        run.run();
        UUID id = billing.invoices(ADA, account, Page.Ask.FIRST)
                .items()
                .getFirst()
                .id()
                .value();
        assertTrue(billing.recompute(ADA, id).same());
        return billing.invoice(ADA, id);
    }

    private static InvoiceLine surplus(Invoice invoice) {
        return invoice.lines().stream()
                .filter(line -> line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCapBecomesAnAmountOfCpuTimeThatEachPeriodBeginsAnew() {
        assertEquals(Optional.empty(), told().limits().cpu());
        reading(start, 0, 0);
        reading(end.minusSeconds(3_600), 0, 90 * SECOND);
        reading(end, 0, 100 * SECOND);

        cap("5.00")
                .statusCode(200)
                .body("available", equalTo(true))
                .body("monthlyCap.amount", equalTo("5.00"))
                .body("charged.amount", equalTo("0.00"));

        // 100 s were measured before this month; 5.00 but half a cent are 499.5 s more
        assertEquals(599_500_000, limit());

        reading(clock.instant(), 0, 300 * SECOND);
        Given.as(owner)
                .get("/api/v1/vps/" + vps + "/cpu-surplus")
                .then()
                .body("charged.amount", equalTo("2.00"))
                .body("usedMicros", equalTo(300_000_000));
        limits.run();
        assertEquals(599_500_000, limit(), "what is used does not move it");
        Given.as(owner)
                .get("/api/v1/vps/" + vps + "/usage")
                .then()
                .body("quantities.CPU_SURPLUS", equalTo(200_000_000));
    }

    @Test
    void untilTheLastReadingIsKnownLessIsGrantedNeverMore() {
        reading(start, 0, 0);
        reading(end.minusSeconds(3_600), 0, 90 * SECOND);
        cap("5.00").statusCode(200);
        assertEquals(589_500_000, limit());

        reading(end, 0, 100 * SECOND);
        limits.run();

        assertEquals(599_500_000, limit());
        long generation = told().generation();
        limits.run();
        assertEquals(generation, told().generation(), "done again it does nothing");
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM cpu_surplus_limit WHERE vps_id = ?", vps));
    }

    @Test
    void theSameCapAgainDoesNothing() {
        cap("5.00").statusCode(200);
        long generation = told().generation();
        cap("5.00").statusCode(200);
        cap(5).statusCode(200);
        assertEquals(generation, told().generation());
        assertEquals(1, database.number("SELECT COUNT(*) AS n FROM cpu_surplus_cap WHERE vps_id = ?", vps));
    }

    @Test
    void aLowerCapStopsAtWhatWasUsedAndNoneEndsIt() {
        reading(start, 0, 0);
        reading(end, 0, 0);
        cap("5.00").statusCode(200);
        since(end);
        reading(clock.instant(), 0, 300 * SECOND);

        cap("1.00").statusCode(200).body("charged.amount", equalTo("3.00"));
        assertEquals(99_500_000, limit(), "below what was used: a node gives no more");

        cap(null).statusCode(200).body("monthlyCap", nullValue());
        assertEquals(0, limit());
        Given.as(owner).get("/api/v1/vps/" + vps + "/audit-events").then().body("action", hasItem("vps.cpu-surplus"));
    }

    @Test
    void aLineIsNeverAboveTheCapWhateverANodeDid() {
        reading(start, 0, 0);
        cap("5.00").statusCode(200);
        since(start);
        reading(end, 0, 800 * SECOND);

        Invoice invoice = lastMonth();

        InvoiceLine line = surplus(invoice);
        assertEquals("5.00 EUR", line.amount().toString());
        assertEquals(BigInteger.valueOf(800 * SECOND), line.quantity());
        assertEquals(BigInteger.valueOf(300_500_000), line.included());
    }

    @Test
    void withoutACapNothingIsPaid() {
        reading(start, 0, 0);
        reading(end, 0, 100 * SECOND);

        assertEquals("0.00 EUR", surplus(lastMonth()).amount().toString());
    }

    @Test
    void withinTheCapAllIsPaid() {
        reading(start, 0, 0);
        cap("5.00").statusCode(200);
        since(start);
        reading(end, 0, 100 * SECOND);

        assertEquals("1.00 EUR", surplus(lastMonth()).amount().toString());
    }

    /** Half a month on each of two plans: together they cost no more than the cap. */
    @Test
    void anotherPlanGoesOnWithWhatIsLeft() {
        Instant middle = start.plus(Duration.ofDays(14));
        UUID dearer = plan("0.02");
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", middle, vps);
        UUID second = seed.subscription(vps, account, dearer, middle, Optional.empty());
        database.update("UPDATE subscription SET begun_at = ? WHERE id = ?", start, second);
        database.update("UPDATE vps SET plan_version_id = ? WHERE id = ?", dearer, vps);
        cap("5.00").statusCode(200);
        since(start);
        reading(start, 0, 0);
        reading(middle, 0, 200 * SECOND);
        reading(end, 0, 900 * SECOND);

        List<String> amounts = lastMonth().lines().stream()
                .filter(line -> line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .map(line -> line.amount().toString())
                .toList();

        // a cent of the first line is kept back: it could have been rounded up
        assertEquals(List.of("2.00 EUR", "2.99 EUR"), amounts);
    }

    @Test
    void manyAtOnceLeaveOneCapAndOneLimit() throws Exception {
        reading(start, 0, 0);
        reading(end, 0, 0);
        cap("5.00").statusCode(200);
        database.update("UPDATE vps SET cpu_surplus_limit_micros = NULL WHERE id = ?", vps);
        long generation = told().generation();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> started = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                started.add(threads.submit(() -> limits.renew(vps)));
            }
            for (Future<?> one : started) {
                one.get();
            }
        }
        assertEquals(generation + 1, told().generation());
        assertEquals(499_500_000, limit());
        assertEquals(1, database.number("SELECT COUNT(*) AS n FROM cpu_surplus_limit WHERE vps_id = ?", vps));
    }

    @Test
    void badCapsAreRefused() {
        for (Object bad : List.of("0", "-1", "0.001", "1000000.01")) {
            cap(bad).statusCode(422).body("faults.field", hasItem("monthlyCap"));
        }
        UUID plain = seed.planVersion("EUR");
        seed.tariffLine(plain, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        UUID other = seed.vps(account, node, plain);
        seed.subscription(other, account, plain, start, Optional.empty());
        vps = other;
        cap("5.00").statusCode(409).body("code", equalTo("no-surplus"));
        Given.as(owner).get("/api/v1/vps/" + vps + "/cpu-surplus").then().body("available", equalTo(false));
    }

    private String pack() {
        String slug = "p-" + UUID.randomUUID().toString().substring(0, 12);
        Given.once(Given.ADMIN)
                .body(Map.of(
                        "slug",
                        slug,
                        "name",
                        "vCPU hour",
                        "kind",
                        "CPU_CREDIT",
                        "quantity",
                        3_600,
                        "most",
                        10,
                        "setupPrice",
                        "0.35"))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(201);
        return slug;
    }

    @Test
    void packsAreBoughtOnceEachAndStandOnTheBill() {
        String slug = pack();
        String path = "/api/v1/vps/" + vps + "/cpu-credit";
        String key = UUID.randomUUID().toString();
        for (int i = 0; i < 2; i++) {
            Given.as(owner)
                    .header("Idempotency-Key", key)
                    .body(Map.of("addOn", slug, "units", 2))
                    .post(path)
                    .then()
                    .statusCode(202)
                    .body("kind", equalTo("CHANGE_ADD_ONS"));
        }
        Given.once(owner).body(Map.of("addOn", slug)).post(path).then().statusCode(202);
        assertEquals(
                3 * 3_600 * SECOND,
                told().limits().cpu().flatMap(Cpu::creditMicros).orElseThrow());
        reading(start, 0, 0);
        reading(clock.instant(), 60 * SECOND, 0);

        Given.as(owner)
                .get(path)
                .then()
                .body("boughtMicros", equalTo(10_800_000_000L))
                .body("leftMicros", equalTo(10_740_000_000L))
                .body("purchases", hasSize(2));
        Invoice draft = billing.soFar(ADA, account).orElseThrow();
        List<InvoiceLine> lines = draft.lines().stream()
                .filter(line -> line.what().addOn().isPresent())
                .toList();
        assertEquals(
                List.of("0.70 EUR", "0.35 EUR"),
                lines.stream().map(line -> line.amount().toString()).toList());
        assertEquals("vCPU hour", lines.getFirst().what().label());
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE add_on_subscription SET units = 9 WHERE vps_id = ?", vps));
    }

    @Test
    void aPackIsNoAddOnAndWhatIsNoneIsNotSold() {
        String slug = pack();
        Given.once(owner)
                .body(Map.of("addOn", slug, "units", 1))
                .post("/api/v1/vps/" + vps + "/add-ons")
                .then()
                .statusCode(409)
                .body("code", equalTo("bought-once"));
        String path = "/api/v1/vps/" + vps + "/cpu-credit";
        Given.once(owner)
                .body(Map.of("addOn", "ipv4-address"))
                .post(path)
                .then()
                .statusCode(422);
        Given.once(owner)
                .body(Map.of("addOn", slug, "units", 11))
                .post(path)
                .then()
                .statusCode(422);
        Given.once(Given.ADMIN)
                .body(Map.of("slug", slug + "x", "name", "n", "kind", "CPU_CREDIT", "monthlyPrice", "1"))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("monthlyPrice"))
                .body("faults.field", hasItem("setupPrice"));
    }

    @Test
    void theBundleProvesWhatTheCapTookOff() throws Exception {
        reading(start, 0, 0);
        cap("5.00").statusCode(200);
        since(start);
        reading(end, 0, 800 * SECOND);
        Path file = directory.resolve("bundle.zip");
        Files.write(
                file,
                Given.as(owner)
                        .get("/api/v1/invoices/" + lastMonth().id() + "/bundle")
                        .asByteArray());
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        int faults = Verify.run(List.of(file.toString()), new PrintStream(said, true, StandardCharsets.UTF_8));

        assertEquals(0, faults, said.toString(StandardCharsets.UTF_8));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("800000000 µs; amount 5.00"), said::toString);
    }
}
