package dev.berth.order;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.NodeContexts;
import dev.berth.invoice.BillRun;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoiceLine;
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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More beside a plan: sold, had, limited, and billed from history. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AddOnTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

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

    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID plan = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant middle = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    /** On a plan of 4.00 a month with 300 bytes in it and 0.01 for each beyond, one address, since last month began. */
    @BeforeEach
    void aServer() {
        owner = Given.customer();
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        middle = start.plusSeconds((end.getEpochSecond() - start.getEpochSecond()) / 2);
        node = seed.node();
        plan = seed.planVersion("EUR");
        database.update(
                "UPDATE plan_version SET addresses_ipv4 = 1, net_cap_window = 'MONTH', net_cap_bytes = 1000,"
                        + " net_floor_bits = 10000 WHERE id = ?",
                plan);
        seed.tariffLine(plan, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(plan, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 300, 1, "0.01"));
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

    private String sold(String kind, Map<String, Object> more) {
        String slug = "a-" + UUID.randomUUID().toString().substring(0, 12);
        Map<String, Object> body = new HashMap<>(
                Map.of("slug", slug, "name", "Add-on " + kind, "kind", kind, "monthlyPrice", "3.10", "most", 10));
        body.putAll(more);
        Given.once(Given.ADMIN)
                .body(body)
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(201)
                .body("addOn.slug", equalTo(slug));
        return slug;
    }

    private ValidatableResponse have(String slug, int units) {
        return Given.once(owner)
                .body(Map.of("addOn", slug, "units", units))
                .post("/api/v1/vps/" + vps + "/add-ons")
                .then();
    }

    /** As if what is had now had been there from then on. */
    private void since(String slug, Instant from) {
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units,"
                        + " new_units, valid_from, valid_to) SELECT ?, x.vps_id, x.account_id, x.add_on_id,"
                        + " x.add_on_version_id, x.units, x.new_units, ?, x.valid_from FROM add_on_subscription x JOIN"
                        + " add_on o ON o.id = x.add_on_id WHERE x.open_vps_id = ? AND o.slug = ?",
                UUID.randomUUID(),
                from,
                vps,
                slug);
    }

    private Invoice billed(long sent) {
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(sent));
        ingest.take(node, journal.key(), journal.all());
        run.run();
        UUID id = billing.invoices(ADA, account, Page.Ask.FIRST)
                .items()
                .getFirst()
                .id()
                .value();
        assertTrue(billing.recompute(ADA, id).same());
        return billing.invoice(ADA, id);
    }

    private static List<String> amounts(Invoice invoice) {
        return invoice.lines().stream().map(line -> line.amount().toString()).toList();
    }

    private ContextSpec told() {
        return contexts.changedAfter(node, 0).specs().stream()
                .filter(spec -> spec.contextId().equals(vps.toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void moreTrafficIsCoveredToTheSecondAndTheCapLiesHigher() {
        String slug = sold("ALLOWANCE", Map.of("meter", "NETWORK_BYTES_SENT", "quantity", 200, "setupPrice", "0.25"));

        have(slug, 2).statusCode(202).body("kind", equalTo("CHANGE_ADD_ONS"));

        assertEquals(
                1_400, told().network().orElseThrow().volumeCap().orElseThrow().bytes());
        since(slug, middle);
        // 4.00; 300 + half of 400 are covered of 1,000; half a month of two, and their set-up
        Invoice invoice = billed(1_000);
        assertEquals(List.of("4.00 EUR", "5.00 EUR", "3.10 EUR", "0.50 EUR"), amounts(invoice));
        InvoiceLine line = invoice.lines().get(2);
        assertEquals("ADD_ON", line.what().model());
        assertTrue(line.what().addOn().isPresent());
        assertEquals(invoice.lines().getFirst().subject(), line.subject());
    }

    /** Two addresses beyond the plan's from the middle on, one of which is given back after a day. */
    @Test
    void addressesBeyondThePlansArePaidAsLongAsTheyAreThere() {
        String slug = sold("ADDRESS", Map.of());
        have(slug, 3).statusCode(202);
        since(slug, start);
        UUID pool = pool();
        address(pool, 1, start.minusSeconds(60), Optional.empty());
        address(pool, 2, middle, Optional.empty());
        address(pool, 3, middle, Optional.of(middle.plusSeconds(86_400)));

        Invoice invoice = billed(0);

        BigDecimal seconds = BigDecimal.valueOf(end.getEpochSecond() - middle.getEpochSecond() + 86_400);
        BigDecimal expected = new BigDecimal("3.10")
                .multiply(seconds)
                .divide(BigDecimal.valueOf(end.getEpochSecond() - start.getEpochSecond()), 12, RoundingMode.HALF_UP);
        InvoiceLine line = invoice.lines().get(2);
        assertEquals(expected, line.exact());
        assertEquals(2, line.intervals().size());
    }

    /** What it costs is shown for a unit and billed for an address. */
    @Test
    void aUnitOfAddressesIsOneAddress() {
        Given.once(Given.ADMIN)
                .body(Map.of("slug", "a-two", "name", "Two", "kind", "ADDRESS", "monthlyPrice", "3.10", "quantity", 2))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(422)
                .body("faults.field", equalTo(List.of("quantity")));
    }

    /** One add-on for addresses since the month began, another, dearer one since its middle: an address is on the line of one of them. */
    @Test
    void anAddressIsPaidByOneOfSeveralAddOns() {
        String first = sold("ADDRESS", Map.of());
        String second = sold("ADDRESS", Map.of("monthlyPrice", "6.20"));
        have(first, 1).statusCode(202);
        have(second, 2).statusCode(202);
        since(first, start);
        since(second, middle);
        UUID pool = pool();
        address(pool, 1, start.minusSeconds(60), Optional.empty());
        address(pool, 2, start.minusSeconds(60), Optional.empty());
        address(pool, 3, middle.plusSeconds(100), Optional.of(middle.plusSeconds(86_500)));

        Invoice invoice = billed(0);

        InvoiceLine one = invoice.lines().get(2);
        InvoiceLine other = invoice.lines().get(3);
        assertEquals(BigInteger.valueOf(end.getEpochSecond() - start.getEpochSecond()), one.quantity());
        assertEquals("3.10 EUR", one.amount().toString());
        assertEquals(BigInteger.valueOf(86_400), other.quantity());
        assertEquals(
                middle.plusSeconds(100), other.intervals().getFirst().period().from());
    }

    private UUID pool() {
        UUID pool = UUID.randomUUID();
        database.update(
                "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, ?)",
                pool,
                node,
                "pool-" + pool,
                clock.instant());
        return pool;
    }

    private void address(UUID pool, int n, Instant from, Optional<Instant> to) {
        UUID id = UUID.randomUUID();
        database.update(
                "INSERT INTO ip_address (id, pool_id, address, state, vps_id) VALUES (?, ?, ?, 'ASSIGNED', ?)",
                id,
                pool,
                n + "." + id.toString().substring(0, 20),
                vps);
        database.update(
                "INSERT INTO ip_assignment (id, address_id, vps_id, valid_from, valid_to) VALUES (?, ?, ?, ?, ?)",
                UUID.randomUUID(),
                id,
                vps,
                from,
                to);
    }

    @Test
    void aPlanChangeInBetweenCutsTheLineAndLosesNothing() {
        String slug = sold("OTHER", Map.of("setupPrice", "1.00"));
        have(slug, 1).statusCode(202);
        since(slug, start);
        UUID other = seed.planVersion("EUR");
        seed.tariffLine(other, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "8"));
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", middle, vps);
        UUID second = seed.subscription(vps, account, other, middle, Optional.empty());
        database.update("UPDATE subscription SET begun_at = ? WHERE id = ?", start, second);

        Invoice invoice = billed(0);

        assertEquals(List.of("2.00 EUR", "0.00 EUR", "1.55 EUR", "1.00 EUR", "4.00 EUR", "1.55 EUR"), amounts(invoice));
        assertEquals("Test plan", invoice.lines().getLast().subject().planName());
    }

    @Test
    void whatIsUsedCannotBeGivenUp() {
        String snapshots = sold("SNAPSHOT", Map.of("quantity", 2));
        have(snapshots, 1).statusCode(202);
        Given.as(owner).get("/api/v1/vps/" + vps + "/snapshots").then().body("allowed", equalTo(5));
        for (int slot = 1; slot <= 4; slot++) {
            database.update(
                    "INSERT INTO vps_snapshot (id, vps_id, image_id, operation_id, slot, name, created_by, state,"
                            + " reserved_bytes, size_bytes, created_at, taken_at) SELECT ?, v.id, v.image_id, o.id, ?,"
                            + " 's', 't', 'READY', 0, 0, ?, ? FROM vps v JOIN (SELECT ? AS id) o WHERE v.id = ?",
                    UUID.randomUUID(),
                    slot,
                    clock.instant(),
                    clock.instant(),
                    operation(slot),
                    vps);
        }

        have(snapshots, 0).statusCode(409).body("code", equalTo("snapshots-in-use"));
        have(snapshots, 16).statusCode(409).body("code", equalTo("too-many-units"));
    }

    private UUID operation(int n) {
        UUID id = UUID.randomUUID();
        database.update(
                "INSERT INTO operation (id, vps_id, kind, state, generation, cause, created_at, finished_at,"
                        + " deadline_at) VALUES (?, ?, 'TAKE_SNAPSHOT', 'SUCCEEDED', ?, 'test', ?, ?, ?)",
                id,
                vps,
                1_000 + n,
                clock.instant(),
                clock.instant(),
                clock.instant());
        return id;
    }

    @Test
    void whoBoughtBeforeKeepsThePriceAndMoreIsPaidAtTheNewOne() {
        String slug = sold("OTHER", Map.of());
        have(slug, 2).statusCode(202);
        Given.once(Given.ADMIN)
                .body(Map.of("monthlyPrice", "9.00"))
                .post("/api/admin/v1/add-ons/" + slug + "/versions")
                .then()
                .statusCode(201)
                .body("units", equalTo(2));

        preview(slug, 1).body("addOn.monthlyPrice.amount", equalTo(3.10f)).body("atOnce", equalTo("0.00"));
        preview(slug, 3).body("addOn.monthlyPrice.amount", equalTo(9.00f)).body("possible", equalTo(true));
        preview(slug, 2).body("obstacles.code", contains("same-units"));
        have(slug, 1).statusCode(202);
        Given.as(owner)
                .get("/api/v1/vps/" + vps + "/add-ons")
                .then()
                .body("", hasSize(1))
                .body("[0].units", equalTo(1))
                .body("[0].addOn.version", equalTo(1));
        have(slug, 0).statusCode(202);
        have(slug, 0).statusCode(409);
    }

    private ValidatableResponse preview(String slug, int units) {
        return Given.as(owner)
                .get("/api/v1/vps/" + vps + "/add-ons/preview?addOn=" + slug + "&units=" + units)
                .then()
                .statusCode(200);
    }

    @Test
    void whatWouldGiveNothingIsNotSold() {
        String slug = sold("ALLOWANCE", Map.of("meter", "MEMORY"));

        have(slug, 1).statusCode(409).body("code", equalTo("no-effect"));
        have("no-such", 1).statusCode(422).body("faults.field", contains("addOn"));
    }

    @Test
    void moreThanTheCreditCoversIsRefused() {
        String slug = sold("OTHER", Map.of());
        database.update("UPDATE vps_order SET payment_method = 'CREDIT' WHERE vps_id = ?", vps);

        have(slug, 1).statusCode(402).body("code", equalTo("payment-refused"));
        preview(slug, 1).body("obstacles.code", hasItem("payment-refused"));
    }

    @Test
    void everyFaultOfAnAddOnIsNamedAndHistoryStays() {
        Given.once(Given.ADMIN)
                .body(Map.of("slug", "UPPER", "kind", "NONE", "meter", "CPU_TIME", "monthlyPrice", -1))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(422)
                .body("faults.field", contains("slug", "name", "kind", "meter", "monthlyPrice"));
        String slug = sold("OTHER", Map.of());
        have(slug, 1).statusCode(202);
        String mine = " WHERE vps_id = '" + vps + "'";
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE add_on_subscription SET valid_from = ?" + mine, middle));
        assertThrows(DatabaseException.class, () -> database.update("DELETE FROM add_on_subscription" + mine));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE add_on_version SET monthly_price = 1 WHERE monthly_price = 3.10"));
        assertThrows(
                DatabaseException.class, () -> database.update("UPDATE add_on SET quantity = 2 WHERE slug = ?", slug));
    }
}
