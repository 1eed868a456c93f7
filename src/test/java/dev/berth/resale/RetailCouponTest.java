package dev.berth.resale;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.BillRun;
import dev.berth.invoice.BillingService;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons are the house's: they are taken off what the house bills, whoever's add-on stands on its. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class RetailCouponTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

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
    private UUID vps = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    /** A customer's VPS since last month began, on a plan of 4.00 that the reseller pays 2.00 for. */
    @BeforeEach
    void aServer() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        reseller = "client:r-" + UUID.randomUUID() + ";reseller";
        own = UUID.fromString(Given.accountOf(reseller));
        customer = Given.customerOf(reseller);
        UUID plan = priced(seed.retailVersion(own, priced(seed.planVersion("EUR"), "2")), "4");
        node = seed.node();
        vps = seed.vps(customer, node, plan);
        seed.subscription(vps, customer, plan, start, Optional.empty());
    }

    private UUID priced(UUID version, String month) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        return version;
    }

    private static String slug() {
        return "a-" + UUID.randomUUID().toString().substring(0, 12);
    }

    /** An add-on of the house, for 3.00 a month. */
    private static String house() {
        String slug = slug();
        Given.once(Given.ADMIN)
                .body(Map.of("slug", slug, "name", "House's", "kind", "OTHER", "most", 10, "monthlyPrice", "3.00"))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(201);
        return slug;
    }

    /** The reseller's own on it, for 5.00. */
    private String ours(String house) {
        String slug = slug();
        Given.once(reseller)
                .body(Map.of("slug", slug, "name", "Ours", "wholesale", house, "monthlyPrice", "5.00"))
                .post("/api/v1/retail-add-ons")
                .then()
                .statusCode(201);
        return slug;
    }

    /** The customer's VPS has had one since the month began. */
    private void has(String slug) {
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from) SELECT ?, ?, ?, o.id, w.id, 1, 1, ? FROM add_on o"
                        + " JOIN add_on_version w ON w.add_on_id = o.id WHERE o.slug = ?",
                UUID.randomUUID(),
                vps,
                customer,
                start,
                slug);
    }

    /** A tenth off an add-on. */
    private static String coupon(String addOn) {
        return Given.once(Given.ADMIN)
                .body(Map.of(
                        "code",
                        "C-" + UUID.randomUUID().toString().substring(0, 12),
                        "label",
                        "Welcome",
                        "basisPoints",
                        1_000,
                        "addOns",
                        List.of(addOn)))
                .post("/api/admin/v1/coupons")
                .then()
                .statusCode(201)
                .extract()
                .path("code");
    }

    /** As if it had been redeemed when the month began. */
    private void redeemed(UUID account, String code) {
        database.update(
                "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from)"
                        + " SELECT ?, c.id, ?, 'test', ?, ? FROM coupon c WHERE c.code = ?",
                UUID.randomUUID(),
                account,
                start,
                start,
                code);
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
        return billing.invoice(ADA, id).lines().stream()
                .map(line -> line.what().label() + " " + line.amount())
                .toList();
    }

    private String refusal(String code) {
        return Given.once(reseller)
                .body(Map.of("code", code))
                .post("/api/v1/accounts/" + customer + "/coupon-redemptions")
                .then()
                .statusCode(409)
                .extract()
                .path("code");
    }

    @Test
    void aResellersBillIsSmallerForTheAddOnThatItsCustomersHaveOfIt() {
        seed.terms(own, start);
        String house = house();
        has(ours(house));
        String code = coupon(house);
        redeemed(own, code);
        redeemed(customer, code);

        billed();

        assertEquals(List.of("Line 1 2.00 EUR", "House's 3.00 EUR", "Welcome: House's -0.30 EUR"), lines(own));
        assertEquals(List.of("Line 1 4.00 EUR", "Ours 5.00 EUR"), lines(customer), "it pays the reseller's list");
        Given.as(reseller)
                .get("/api/v1/margin-report")
                .then()
                .body("earned.amount", equalTo("9.00"))
                .body("paid.amount", equalTo("4.70"));
    }

    /** The same without a price of the reseller. */
    @Test
    void soItIsForOneOfTheHouseThatItsCustomersHave() {
        seed.terms(own, start);
        String house = house();
        has(house);
        redeemed(own, coupon(house));
        String another = house();
        has(another);

        billed();

        assertEquals(
                List.of("Line 1 2.00 EUR", "House's 3.00 EUR", "House's 3.00 EUR", "Welcome: House's -0.30 EUR"),
                lines(own));
    }

    /** Its customer is billed by the house until then, at the house's prices. */
    @Test
    void beforeTheTermsTheCustomersBillIsSmaller() {
        seed.terms(own, clock.instant().plus(Duration.ofDays(60)));
        String house = house();
        has(ours(house));
        redeemed(customer, coupon(house));

        billed();

        assertEquals(List.of("Line 1 2.00 EUR", "House's 3.00 EUR", "Welcome: House's -0.30 EUR"), lines(customer));
    }

    @Test
    void aResellersCustomerRedeemsNone() {
        seed.terms(own, start);

        assertEquals("coupon-not-sold-by-us", refusal(coupon(house())));
    }
}
