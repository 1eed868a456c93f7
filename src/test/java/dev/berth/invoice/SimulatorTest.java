package dev.berth.invoice;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What would be paid elsewhere, later, or at another price. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SimulatorTest {
    private static final Seed.Price SENT = new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10");

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    InstantSource clock;

    private Instant twoMonthsAgo = Instant.EPOCH;
    private Instant lastMonth = Instant.EPOCH;
    private Instant thisMonth = Instant.EPOCH;

    @BeforeEach
    void months() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        twoMonthsAgo = start(month.minusMonths(2));
        lastMonth = start(month.minusMonths(1));
        thisMonth = start(month);
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A VPS on 4.00 a month and 0.10 for 100 bytes, with set-up, that sent 1,000 bytes in one month and 5,000 in the next. */
    private final class Customer {
        final UUID account = seed.account();
        final UUID version = seed.planVersion("EUR");
        final UUID node = seed.node();
        final UUID vps;

        Customer() {
            seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
            seed.tariffLine(version, 2, SENT);
            seed.tariffLine(version, 3, new Seed.Price("ONE_OFF", Optional.empty(), 0, 1, "2.50"));
            vps = seed.vps(account, node, version);
            seed.subscription(vps, account, version, twoMonthsAgo, Optional.empty());
            Journal journal = new Journal();
            journal.add(Kind.OPEN, vps, 1, twoMonthsAgo, Journal.counters(0));
            journal.add(Kind.SAMPLE, vps, 1, lastMonth, Journal.counters(1_000));
            journal.add(Kind.SAMPLE, vps, 1, thisMonth, Journal.counters(6_000));
            ingest.take(node, journal.key(), journal.all());
        }

        String slug() {
            return database.one(
                            "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                            row -> row.text("slug"),
                            version)
                    .orElseThrow();
        }
    }

    /** 10 a month with 3,000 bytes in it, 0.50 for each 1,000 beyond. */
    private String otherPlan() {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "10"));
        seed.tariffLine(version, 2, new Seed.Price("PACKAGE", Optional.of("NETWORK_BYTES_SENT"), 3_000, 1_000, "0.50"));
        database.update(
                "UPDATE plan SET listed = TRUE WHERE id = (SELECT plan_id FROM plan_version WHERE id = ?)", version);
        return database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        version)
                .orElseThrow();
    }

    @Test
    void pastMonthsOnAnotherPlan() {
        Customer customer = new Customer();
        String other = otherPlan();

        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/plan-comparison?periods=3&plan=" + other)
                .then()
                .statusCode(200)
                .body("periods", hasSize(3))
                .body("periods[0].present.amount", equalTo("5.00"))
                .body("periods[0].other.amount", equalTo("10.00"))
                .body("periods[1].present.amount", equalTo("9.00"))
                .body("periods[1].other.amount", equalTo("11.00"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/plan-comparison?plan=" + other)
                .then()
                .statusCode(422)
                .body("faults.field", contains("plan"));
    }

    /** The simulator's present price is what the bills said, but for what it says it leaves out. */
    @Test
    void whatIsComparedWithIsWhatWasBilled() {
        Customer customer = new Customer();

        run.run();

        long billed = database.number("SELECT SUM(net) AS n FROM invoice WHERE account_id = ?", customer.account);
        String other = otherPlan();
        List<String> present = Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/plan-comparison?periods=2&plan=" + other)
                .then()
                .extract()
                .path("periods.present.amount");
        assertEquals(
                billed - 250,
                new BigDecimal(present.get(0))
                        .add(new BigDecimal(present.get(1)))
                        .movePointRight(2)
                        .longValueExact());
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    /** Who moved in the last month but one: that month and those before it are of the zone that they were cut by. */
    @Test
    void theMonthsComparedAreThoseThatWereBilled() {
        Customer customer = new Customer();
        seed.billingProfile(customer.account, Instant.EPOCH, "DE", Optional.empty(), "Asia/Tokyo");
        seed.billingProfile(
                customer.account, twoMonthsAgo.plusSeconds(864_000), "DE", Optional.empty(), "America/New_York");
        String other = otherPlan();

        run.run();

        List<String> billed = database.list(
                "SELECT period_from FROM billing_period WHERE account_id = ? ORDER BY period_from",
                row -> row.instant("period_from").toString(),
                customer.account);
        compared(customer.vps, other, billed.size() - 1).body("periods.periodFrom", equalTo(billed));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    @Test
    void theMonthsEndIsForeseen() {
        Customer customer = new Customer();

        String expected = Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/forecast")
                .then()
                .statusCode(200)
                .extract()
                .path("expected.amount");

        assertEquals("4.00", expected);
    }

    /** An add-on of 3.10 a month belongs to both plans, and to what the month will cost. */
    @Test
    void whatIsHadBesideAPlanIsCounted() {
        Customer customer = new Customer();
        seed.addOn(customer.vps, customer.account, "3.10", lastMonth);
        String other = otherPlan();

        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/plan-comparison?periods=1&plan=" + other)
                .then()
                .statusCode(200)
                .body("periods[0].present.amount", equalTo("12.10"))
                .body("periods[0].other.amount", equalTo("14.10"));
        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/forecast")
                .then()
                .statusCode(200)
                .body("expected.amount", equalTo("7.10"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    /** Redeemed two months ago, for ever. */
    private void coupon(UUID account, Optional<Integer> basisPoints, Optional<Integer> cents) {
        UUID coupon = UUID.randomUUID();
        database.update(
                "INSERT INTO coupon (id, code, label, basis_points, amount, currency, new_accounts, valid_from, created_by,"
                        + " created_at) VALUES (?, ?, 'Welcome', ?, ?, ?, FALSE, ?, 'test', ?)",
                coupon,
                "C-" + coupon.toString().toUpperCase(Locale.ROOT).substring(0, 12),
                basisPoints,
                cents,
                cents.map(_ -> "EUR"),
                twoMonthsAgo,
                twoMonthsAgo);
        database.update(
                "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from)"
                        + " VALUES (?, ?, ?, 'test', ?, ?)",
                UUID.randomUUID(),
                coupon,
                account,
                twoMonthsAgo,
                twoMonthsAgo);
    }

    private static ValidatableResponse compared(UUID vps, String plan, int periods) {
        return Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + vps + "/plan-comparison?periods=" + periods + "&plan=" + plan)
                .then()
                .statusCode(200);
    }

    @Test
    void aShareIsTakenOffBothPlansAndOffWhatIsForeseen() {
        Customer customer = new Customer();
        coupon(customer.account, Optional.of(1_000), Optional.empty());
        String other = otherPlan();

        compared(customer.vps, other, 1)
                .body("periods[0].present.amount", equalTo("8.10"))
                .body("periods[0].other.amount", equalTo("9.90"));
        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + customer.vps + "/forecast")
                .then()
                .statusCode(200)
                .body("expected.amount", equalTo("3.60"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    /** The older VPS is first on the bill: 10.00 off goes to its 9.00, and 1.00 is left for the other's 4.00. */
    @Test
    void anAmountIsTakenOffTheBillsLinesInTheirOrder() {
        Customer customer = new Customer();
        UUID second = seed.vps(customer.account, customer.node, customer.version);
        seed.subscription(second, customer.account, customer.version, lastMonth, Optional.empty());
        coupon(customer.account, Optional.empty(), Optional.of(1_000));
        String other = otherPlan();

        compared(customer.vps, other, 1)
                .body("periods[0].present.amount", equalTo("0.00"))
                .body("periods[0].other.amount", equalTo("1.00"));
        // its set-up of 2.50 is on the same bill, after its fee: the coupon is used up by then
        compared(second, other, 1)
                .body("periods[0].present.amount", equalTo("3.00"))
                .body("periods[0].other.amount", equalTo("9.00"));
        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + second + "/forecast")
                .then()
                .statusCode(200)
                .body("expected.amount", equalTo("0.00"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    /** What is compared with is what was billed, coupons and all: the month had no set-up. */
    @Test
    void withCouponsToo() {
        Customer customer = new Customer();
        coupon(customer.account, Optional.of(2_500), Optional.empty());
        coupon(customer.account, Optional.empty(), Optional.of(100));
        String other = otherPlan();

        run.run();

        long billed = database.number(
                "SELECT net AS n FROM invoice i JOIN billing_period p ON p.id = i.id WHERE p.account_id = ?"
                        + " AND p.period_from = ?",
                customer.account,
                lastMonth);
        String present = compared(customer.vps, other, 1).extract().path("periods[0].present.amount");
        assertEquals(billed, new BigDecimal(present).movePointRight(2).longValueExact());
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    @Test
    void theUsageOfAVpsShowsWhatIsTakenOffItsLines() {
        Customer customer = new Customer();
        // a cent of it is there a second after the month has begun
        UUID dear = seed.planVersion("EUR");
        seed.tariffLine(dear, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "400000"));
        UUID second = seed.vps(customer.account, customer.node, dear);
        seed.subscription(second, customer.account, dear, lastMonth, Optional.empty());
        coupon(customer.account, Optional.of(10_000), Optional.empty());
        coupon(customer.account, Optional.empty(), Optional.of(1));

        Given.as(Given.ADMIN)
                .get("/api/v1/vps/" + second + "/usage")
                .then()
                .statusCode(200)
                .body("net.amount", equalTo("0.00"))
                .body("lines.find { it.model == 'DISCOUNT' }.discountsLine", equalTo(1))
                .body("lines[0].n", equalTo(1));
    }

    /** Who moved east has had a shorter month: that one is priced, not the month of the new zone. */
    @Test
    void whoWouldPayMoreIsSaidOfThePeriodThatWasBilled() {
        Customer customer = new Customer();
        seed.billingProfile(customer.account, Instant.EPOCH, "DE", Optional.empty(), "America/New_York");
        seed.billingProfile(customer.account, twoMonthsAgo.plusSeconds(864_000), "DE", Optional.empty(), "Asia/Tokyo");
        String other = otherPlan();

        run.run();

        String billed = compared(customer.vps, other, 1).extract().path("periods[0].present.amount");
        assertNotEquals("9.00", billed, "is no whole month");
        Given.as(Given.SUPPORT)
                .body(Map.of())
                .post("/api/admin/v1/plans/" + customer.slug() + "/impact")
                .then()
                .statusCode(200)
                .body("accounts[0].present.amount", equalTo(billed))
                .body("accounts[0].more.amount", equalTo("0.00"));
        database.update("UPDATE plan SET listed = FALSE WHERE slug = ?", other);
    }

    @Test
    void whoWouldPayMorePaysItLessHisCoupons() {
        Customer customer = new Customer();
        coupon(customer.account, Optional.of(5_000), Optional.empty());
        Map<String, Object> fee =
                Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", "11");

        Given.as(Given.SUPPORT)
                .body(Map.of("lines", List.of(fee)))
                .post("/api/admin/v1/plans/" + customer.slug() + "/impact")
                .then()
                .statusCode(200)
                .body("accounts[0].present.amount", equalTo("4.50"))
                .body("accounts[0].other.amount", equalTo("5.50"));
    }

    @Test
    void whoWouldPayMoreIsSaidAndNothingIsStored() {
        Customer customer = new Customer();
        Map<String, Object> fee =
                Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", "11");

        Given.as(Given.SUPPORT)
                .body(Map.of("lines", List.of(fee)))
                .post("/api/admin/v1/plans/" + customer.slug() + "/impact")
                .then()
                .statusCode(200)
                .body("accounts", hasSize(1))
                .body("accounts[0].accountId", equalTo(customer.account.toString()))
                .body("accounts[0].servers", equalTo(1))
                .body("accounts[0].present.amount", equalTo("9.00"))
                .body("accounts[0].other.amount", equalTo("11.00"))
                .body("accounts[0].more.amount", equalTo("2.00"))
                .body("present.amount", equalTo("9.00"))
                .body("other.amount", equalTo("11.00"))
                .body("more.amount", equalTo("2.00"));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM plan_version WHERE plan_id ="
                                + " (SELECT plan_id FROM plan_version WHERE id = ?)",
                        customer.version));
    }
}
