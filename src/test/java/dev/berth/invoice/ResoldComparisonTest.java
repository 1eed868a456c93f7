package dev.berth.invoice;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reseller's customer would have paid on another plan: to the house first, then to its reseller. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ResoldComparisonTest {
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

    private final String caller = "client:r-" + UUID.randomUUID() + ";reseller";
    private Instant twoMonthsAgo = Instant.EPOCH;
    private Instant lastMonth = Instant.EPOCH;
    private Instant thisMonth = Instant.EPOCH;
    private UUID reseller = new UUID(0, 0);
    private UUID customer = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    /** The house's, at 10 a month, and the reseller's over it, at 13. */
    private UUID otherBelow = new UUID(0, 0);

    private UUID other = new UUID(0, 0);

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** On a plan at 4 a month and 0.10 for 100 bytes over one at 2 and 0.05; it sent 1,000 bytes in each of two months. */
    @BeforeEach
    void aResellersCustomer() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        twoMonthsAgo = start(month.minusMonths(2));
        lastMonth = start(month.minusMonths(1));
        thisMonth = start(month);
        reseller = UUID.fromString(Given.accountOf(caller));
        customer = Given.customerOf(caller);
        UUID below = priced(seed.planVersion("EUR"), "2", "0.05");
        UUID retail = priced(seed.retailVersion(reseller, below), "4", "0.10");
        otherBelow = priced(seed.planVersion("EUR"), "10", "0.01");
        other = priced(seed.retailVersion(reseller, otherBelow), "13", "0.02");
        UUID node = seed.node();
        vps = seed.vps(customer, node, retail);
        seed.subscription(vps, customer, retail, twoMonthsAgo, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, twoMonthsAgo, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, lastMonth, Journal.counters(1_000));
        journal.add(Kind.SAMPLE, vps, 1, thisMonth, Journal.counters(2_000));
        ingest.take(node, journal.key(), journal.all());
    }

    private UUID priced(UUID version, String month, String sent) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, sent));
        return version;
    }

    private void listed(UUID version, boolean listed) {
        database.update(
                "UPDATE plan SET listed = ? WHERE id = (SELECT plan_id FROM plan_version WHERE id = ?)",
                listed,
                version);
    }

    /** What the house has for sale is seen by every other test. */
    @AfterEach
    void offTheShelf() {
        listed(otherBelow, false);
    }

    private String slug(UUID version) {
        return database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        version)
                .orElseThrow();
    }

    private ValidatableResponse compared(UUID plan) {
        return Given.as(caller)
                .get("/api/v1/vps/" + vps + "/plan-comparison?periods=2&plan=" + slug(plan))
                .then()
                .statusCode(200);
    }

    @Test
    void eachPeriodIsAtThePricesOfWhoBillsIt() {
        seed.terms(reseller, lastMonth);
        listed(other, true);

        run.run();

        compared(other)
                .body("periods", hasSize(3))
                .body("unpriced", hasSize(0))
                .body("periods[0].present.amount", equalTo("2.50"))
                .body("periods[0].other.amount", equalTo("10.10"))
                .body("periods[1].present.amount", equalTo("5.00"))
                .body("periods[1].other.amount", equalTo("13.20"));
        assertEquals(
                750, database.number("SELECT SUM(net) AS n FROM invoice WHERE account_id = ?", customer), "was billed");
    }

    /** Terms begin within the last month. */
    @Test
    void theHouseBillsAPeriodToItsEnd() {
        seed.terms(reseller, lastMonth.plusSeconds(1));
        listed(other, true);

        compared(other)
                .body("periods[0].other.amount", equalTo("10.10"))
                .body("periods[1].present.amount", equalTo("2.50"))
                .body("periods[1].other.amount", equalTo("10.10"));
    }

    /** Coupons of the house are for its own plans: what they took off stays off in the time that the house bills. */
    @Test
    void couponsForThePlanBelowCountWhileTheHouseBills() {
        seed.terms(reseller, lastMonth);
        listed(other, true);
        UUID coupon = UUID.randomUUID();
        database.update(
                "INSERT INTO coupon (id, code, label, basis_points, new_accounts, valid_from, created_by, created_at)"
                        + " VALUES (?, ?, 'Half', 5000, FALSE, ?, 'test', ?)",
                coupon,
                "R-" + coupon.toString().substring(24).toUpperCase(Locale.ROOT),
                twoMonthsAgo,
                twoMonthsAgo);
        database.update(
                "INSERT INTO coupon_plan (coupon_id, plan_id) SELECT ?, plan_id FROM plan_version WHERE id = ?",
                coupon,
                otherBelow);
        database.update(
                "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from)"
                        + " VALUES (?, ?, ?, 'test', ?, ?)",
                UUID.randomUUID(),
                coupon,
                customer,
                twoMonthsAgo,
                twoMonthsAgo);

        compared(other)
                .body("periods[0].present.amount", equalTo("2.50"))
                .body("periods[0].other.amount", equalTo("5.05"))
                .body("periods[1].other.amount", equalTo("13.20"));
    }

    /** A reseller without plans for sale: its customers see the house's, which it has no price for. */
    @Test
    void whatTheResellerHasNoPriceForIsNotCompared() {
        seed.terms(reseller, lastMonth);
        listed(otherBelow, true);

        compared(otherBelow)
                .body("periods", hasSize(1))
                .body("periods[0].other.amount", equalTo("10.10"))
                .body("present.amount", equalTo("2.50"))
                .body("other.amount", equalTo("10.10"))
                .body("unpriced", hasSize(2))
                .body("unpriced.periodFrom", contains(lastMonth.toString(), thisMonth.toString()));
        String page = Given.browsing(caller)
                .get("/vps/" + vps + "/plan/" + slug(otherBelow))
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertTrue(page.contains("data-testid=\"unpriced\"") && page.contains("data-testid=\"past\""), page);
    }
}
