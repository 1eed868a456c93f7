package dev.berth.resale;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
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

/** Add-ons at a reseller's prices: its customer pays those, it pays the house's, and both keep what they bought at. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class RetailAddOnTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final String PATH = "/api/v1/retail-add-ons";

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    private String reseller = "";
    private UUID own = new UUID(0, 0);
    private UUID customer = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID wholesale = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    /** A customer's VPS since last month began, on a plan of 4.00 that the reseller pays 2.00 for. */
    @BeforeEach
    void aServer() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        reseller = reseller();
        own = UUID.fromString(Given.accountOf(reseller));
        customer = Given.customerOf(reseller);
        wholesale = priced(seed.planVersion("EUR"), "2");
        node = seed.node();
        vps = server(priced(seed.retailVersion(own, wholesale), "4"));
    }

    private static String reseller() {
        return "client:r-" + UUID.randomUUID() + ";reseller";
    }

    private UUID priced(UUID version, String month) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        return version;
    }

    private UUID server(UUID version) {
        UUID made = seed.vps(customer, node, version);
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by,"
                        + " created_at) SELECT ?, account_id, id, plan_version_id, 'INVOICE', 'test', created_at FROM vps"
                        + " WHERE id = ?",
                UUID.randomUUID(),
                made);
        seed.subscription(made, customer, version, start, Optional.empty());
        return made;
    }

    private static String slug() {
        return "a-" + UUID.randomUUID().toString().substring(0, 12);
    }

    /** An add-on of the house. */
    private static String sold(String kind, Map<String, Object> more) {
        String slug = slug();
        Map<String, Object> body =
                new HashMap<>(Map.of("slug", slug, "name", "House " + kind, "kind", kind, "most", 10));
        body.putAll(more);
        Given.once(Given.ADMIN).body(body).post("/api/admin/v1/add-ons").then().statusCode(201);
        return slug;
    }

    private ValidatableResponse resell(String slug, String below, Map<String, Object> prices) {
        Map<String, Object> body = new HashMap<>(Map.of("slug", slug, "name", "Ours", "wholesale", below));
        body.putAll(prices);
        return Given.once(reseller).body(body).post(PATH).then();
    }

    private static ValidatableResponse repriced(String caller, String path, String monthly) {
        return Given.once(caller)
                .body(Map.of("monthlyPrice", monthly))
                .post(path + "/versions")
                .then()
                .statusCode(201);
    }

    private ValidatableResponse have(String slug, int units) {
        return Given.once(reseller)
                .body(Map.of("addOn", slug, "units", units))
                .post("/api/v1/vps/" + vps + "/add-ons")
                .then();
    }

    private ValidatableResponse preview(String slug, int units) {
        return Given.as(reseller)
                .get("/api/v1/vps/" + vps + "/add-ons/preview?addOn=" + slug + "&units=" + units)
                .then();
    }

    /** As if what is had now had been there since the month began. */
    private void sinceStart(String slug, boolean passedOn) {
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units,"
                        + " new_units, valid_from, valid_to, passed_on) SELECT ?, x.vps_id, x.account_id, x.add_on_id,"
                        + " x.add_on_version_id, x.units, x.new_units, ?, x.valid_from, ? FROM add_on_subscription x JOIN"
                        + " add_on o ON o.id = x.add_on_id WHERE x.open_vps_id = ? AND o.slug = ?",
                UUID.randomUUID(),
                start,
                passedOn,
                vps,
                slug);
    }

    private void billed() {
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(100));
        ingest.take(node, journal.key(), journal.all());
        run.run();
    }

    private List<String> lines(UUID account) {
        UUID id = billing.invoices(ADA, account, Page.Ask.FIRST)
                .items()
                .getFirst()
                .id()
                .value();
        assertEquals(List.of(), billing.recompute(ADA, id).differences());
        return named(billing.invoice(ADA, id));
    }

    private static List<String> named(Invoice invoice) {
        return invoice.lines().stream().map(RetailAddOnTest::named).toList();
    }

    private static String named(InvoiceLine line) {
        return line.what().label() + " " + line.amount();
    }

    @Test
    void theCustomerPaysTheResellersPriceAndTheResellerTheHousesBothAsTheyWereBought() {
        seed.terms(own, start);
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00", "setupPrice", "1.00"));
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00", "setupPrice", "2.50"))
                .statusCode(201)
                .body("addOn.slug", equalTo(ours))
                .body("addOn.kind", equalTo("OTHER"))
                .body("addOn.most", equalTo(10))
                .body("wholesale.slug", equalTo(house));
        preview(ours, 2)
                .statusCode(200)
                .body("possible", equalTo(true))
                .body("addOn.monthlyPrice.amount", equalTo(5.00f))
                .body("atOnce", equalTo("5.00"));
        preview(house, 1).statusCode(422);
        have(ours, 2).statusCode(202);
        repriced(reseller, PATH + "/" + ours, "6.00").body("addOn.version", equalTo(2));
        repriced(Given.ADMIN, "/api/admin/v1/add-ons/" + house, "4.00").body("units", equalTo(2));
        sinceStart(ours, false);

        billed();

        assertEquals(List.of("Line 1 4.00 EUR", "Ours 10.00 EUR", "Ours, set-up 5.00 EUR"), lines(customer));
        assertEquals(List.of("Line 1 2.00 EUR", "House OTHER 6.00 EUR", "House OTHER, set-up 2.00 EUR"), lines(own));
        Given.as(reseller)
                .get("/api/v1/margin-report")
                .then()
                .body("earned.amount", equalTo("19.00"))
                .body("paid.amount", equalTo("10.00"));
        preview(ours, 1).body("addOn.monthlyPrice.amount", equalTo(5.00f));
        preview(ours, 3).body("addOn.monthlyPrice.amount", equalTo(6.00f));
        Given.as(reseller)
                .get(PATH + "/" + ours)
                .then()
                .body("addOn.monthlyPrice.amount", equalTo(6.00f))
                .body("addOn.setupPrice.amount", equalTo(2.50f))
                .body("wholesale.monthlyPrice.amount", equalTo(3.00f));
        repriced(reseller, PATH + "/" + ours, "7.00").body("wholesale.monthlyPrice.amount", equalTo(4.00f));
    }

    @Test
    void aPackOfCpuCreditIsOnBothBills() {
        seed.terms(own, start);
        String house = sold("CPU_CREDIT", Map.of("quantity", 3_600, "setupPrice", "0.30"));
        String ours = slug();
        resell(ours, house, Map.of()).statusCode(422).body("faults.field", contains("setupPrice"));
        resell(ours, house, Map.of("setupPrice", "0.50", "monthlyPrice", "1"))
                .statusCode(422)
                .body("faults.field", contains("monthlyPrice"));
        resell(ours, house, Map.of("setupPrice", "0.50")).statusCode(201);
        String path = "/api/v1/vps/" + vps + "/cpu-credit";
        Given.once(reseller).body(Map.of("addOn", house)).post(path).then().statusCode(422);
        Given.once(reseller)
                .body(Map.of("addOn", ours, "units", 2))
                .post(path)
                .then()
                .statusCode(202);

        Given.as(reseller)
                .get(path)
                .then()
                .body("boughtMicros", equalTo(7_200_000_000L))
                .body("packs.slug", contains(ours));
        assertTrue(named(billing.soFar(ADA, customer).orElseThrow()).contains("Ours 1.00 EUR"));
        assertTrue(named(billing.soFar(ADA, own).orElseThrow()).contains("House CPU_CREDIT 0.60 EUR"));
    }

    /** As a plan of the house is: a price that the reseller did not set is on no bill in its name. */
    @Test
    void withoutAPriceOfItsOwnOnlyTheResellerIsBilled() {
        seed.terms(own, start);
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        have(house, 1).statusCode(202);
        sinceStart(house, false);

        billed();

        assertEquals(List.of("Line 1 4.00 EUR"), lines(customer));
        assertEquals(List.of("Line 1 2.00 EUR", "House OTHER 3.00 EUR"), lines(own));
    }

    /** Who bought before resellers had prices pays on as then, fewer units too. */
    @Test
    void whatWasBoughtBeforeThereWereSuchPricesIsPassedOn() {
        seed.terms(own, start);
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        have(house, 2).statusCode(202);
        sinceStart(house, true);
        UUID plain = vps;
        billed();
        assertEquals(List.of("Line 1 4.00 EUR", "House OTHER 6.00 EUR"), lines(customer));
        assertEquals(List.of("Line 1 2.00 EUR", "House OTHER 6.00 EUR"), lines(own));

        vps = server(wholesale);
        String other = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        UUID id = UUID.randomUUID();
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from, passed_on) SELECT ?, ?, ?, o.id, w.id, 3, 3, ?, TRUE FROM add_on o"
                        + " JOIN add_on_version w ON w.add_on_id = o.id WHERE o.slug = ?",
                id,
                vps,
                customer,
                start,
                other);
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE add_on_subscription SET passed_on = FALSE WHERE id = ?", id));
        have(other, 1).statusCode(202);
        assertEquals(1, passedOn());
        have(other, 2).statusCode(202);
        assertEquals(1, passedOn(), "the same version: the same deal");
        repriced(Given.ADMIN, "/api/admin/v1/add-ons/" + other, "4.00");
        have(other, 3).statusCode(202);
        assertEquals(0, passedOn());
        vps = plain;
    }

    private long passedOn() {
        return database.number("SELECT MAX(passed_on) AS n FROM add_on_subscription WHERE open_vps_id = ?", vps);
    }

    /** One thing has one price: what was bought of the house gives way to the same of the reseller. */
    @Test
    void theSameThingIsHadOnce() {
        seed.terms(own, start);
        String house = sold("SNAPSHOT", Map.of("monthlyPrice", "3.00", "quantity", 2));
        have(house, 2).statusCode(202);
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00", "setupPrice", "9.00"))
                .statusCode(201);

        have(house, 3).statusCode(422);
        preview(ours, 2)
                .body("possible", equalTo(true))
                .body("unitsNow", equalTo(2))
                .body("atOnce", equalTo("0.00"));
        have(ours, 2).statusCode(202);

        Given.as(reseller)
                .get("/api/v1/vps/" + vps + "/add-ons")
                .then()
                .body("addOn.slug", contains(ours))
                .body("units", contains(2));
        Given.as(reseller).get("/api/v1/vps/" + vps + "/snapshots").then().body("allowed", equalTo(7));
        assertThrows(DatabaseException.class, () -> take(house, customer));
        have(ours, 0).statusCode(202);
        Given.as(reseller).get("/api/v1/vps/" + vps + "/add-ons").then().body("", hasSize(0));
    }

    private void take(String slug, UUID account) {
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from) SELECT ?, ?, ?, o.id, w.id, 1, 1, ? FROM add_on o JOIN add_on_version w"
                        + " ON w.add_on_id = o.id WHERE o.slug = ?",
                UUID.randomUUID(),
                vps,
                account,
                clock.instant(),
                slug);
    }

    /** Which add-ons a VPS is sold goes by whose plan it is on. */
    @Test
    void besideAPlanOfTheHouseTheHousesAddOnsAreSold() {
        seed.terms(own, start);
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00")).statusCode(201);
        vps = server(wholesale);

        preview(ours, 1).statusCode(422);
        preview(house, 1).statusCode(200).body("addOn.monthlyPrice.amount", equalTo(3.00f));
        Given.as(reseller)
                .get("/api/v1/add-ons")
                .then()
                .body("slug", hasItem(house))
                .body("slug", not(hasItem(ours)));
        Given.as(Given.ADMIN).get("/api/admin/v1/add-ons/" + ours).then().statusCode(404);
    }

    /** The reseller's prices are nothing that the house bills anybody. */
    @Test
    void beforeItsTermsHoldWhatStandsBelowIsPaid() {
        seed.terms(own, start.plusSeconds(1));
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00")).statusCode(201);
        have(ours, 1).statusCode(202);
        sinceStart(ours, false);

        billed();

        assertEquals(List.of("Line 1 2.00 EUR", "House OTHER 3.00 EUR"), lines(customer));
    }

    @Test
    void whoMaySellWhat() {
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00")).statusCode(409).body("code", equalTo("no-terms"));
        seed.terms(own, end);
        resell("Bad Name", ours, Map.of()).statusCode(422).body("faults.field", contains("slug", "wholesale"));
        resell(ours, house, Map.of()).statusCode(422).body("faults.field", contains("monthlyPrice"));
        resell(house, house, Map.of("monthlyPrice", "5.00")).statusCode(409).body("code", equalTo("slug-taken"));
        resell(ours, house, Map.of("monthlyPrice", "5.00")).statusCode(201);
        resell(slug(), ours, Map.of("monthlyPrice", "5.00")).statusCode(422);
        Given.as(reseller).get(PATH).then().body("addOn.slug", contains(ours));
        Given.as(reseller()).get(PATH + "/" + ours).then().statusCode(404);
        Given.as(Given.customer()).get(PATH).then().statusCode(403);

        Given.as(reseller)
                .body(Map.of("name", "Better", "listed", false))
                .patch(PATH + "/" + ours)
                .then()
                .statusCode(200)
                .body("addOn.name", equalTo("Better"))
                .body("listed", equalTo(false));
        preview(ours, 1).statusCode(422);
        preview(house, 1).statusCode(200);
    }

    @Test
    void theDatabaseRefusesWhatStandsOnNothing() {
        seed.terms(own, start);
        String house = sold("OTHER", Map.of("monthlyPrice", "3.00"));
        String ours = slug();
        resell(ours, house, Map.of("monthlyPrice", "5.00")).statusCode(201);
        String copied = "INSERT INTO add_on (id, slug, name, summary, kind, quantity, most, position, listed, owner_id,"
                + " wholesale_id) SELECT UUID(), UUID(), 'n', '', 'OTHER', %s, 1, 0, TRUE, owner_id, %s FROM add_on"
                + " WHERE slug = ?";
        for (String bad : List.of(
                copied.formatted("2", "wholesale_id"), copied.formatted("1", "NULL"), copied.formatted("1", "id"))) {
            assertThrows(DatabaseException.class, () -> database.update(bad, ours), bad);
        }
        String version = "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price,"
                + " wholesale_version_id) SELECT UUID(), o.id, 9, NOW(6), '%s', 1, %s FROM add_on o JOIN add_on_version w"
                + " ON w.add_on_id = o.id WHERE o.slug = ?";
        for (String bad : List.of(
                version.formatted("EUR", "NULL"),
                version.formatted("EUR", "w.id"),
                version.formatted("USD", "w.wholesale_version_id"))) {
            assertThrows(DatabaseException.class, () -> database.update(bad, ours), bad);
        }
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE add_on SET owner_id = NULL, wholesale_id = NULL WHERE slug = ?", ours));
        assertThrows(DatabaseException.class, () -> take(ours, seed.account()));
        // surplus that the plan below has no price of
        Seed.Price surplus = new Seed.Price("USAGE", Optional.of("CPU_SURPLUS"), 0, 1_000_000, "0.01");
        UUID retail = seed.retailVersion(own, wholesale);
        assertThrows(DatabaseException.class, () -> seed.tariffLine(retail, 3, surplus));
        seed.tariffLine(wholesale, 3, surplus);
        seed.tariffLine(retail, 3, surplus);
    }

    @Test
    void aPlanHasNoSurplusThatTheOneBelowHasNot() {
        seed.terms(own, start);
        Map<String, Object> surplus = Map.of(
                "model",
                "USAGE",
                "meter",
                "CPU_SURPLUS",
                "label",
                "Surplus",
                "unitLabel",
                "s",
                "unitPrice",
                "0.01",
                "unitQuantity",
                1_000_000);
        Given.once(reseller)
                .body(Map.of(
                        "slug",
                        slug(),
                        "name",
                        "Mine",
                        "summary",
                        "Ours",
                        "wholesale",
                        plain(),
                        "lines",
                        List.of(surplus)))
                .post("/api/v1/retail-plans")
                .then()
                .statusCode(422)
                .body("faults.field", contains("lines"));
    }

    /** Slug of a plan of the house without surplus that is for sale. */
    private String plain() {
        database.update(
                "UPDATE plan p JOIN plan_version v ON v.plan_id = p.id SET p.listed = TRUE WHERE v.id = ?", wholesale);
        return database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        wholesale)
                .orElseThrow();
    }
}
