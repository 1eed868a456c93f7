package dev.berth.invoice;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.catalog.NewVersion;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.Simulator.Impact;
import dev.berth.invoice.Simulator.Touched;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who would pay the house more for VPS of a reseller's customers: whoever is billed for them. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ResoldImpactTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    Simulator simulator;

    @Inject
    InstantSource clock;

    private final String caller = "client:r-" + UUID.randomUUID() + ";reseller";
    private Instant lastMonth = Instant.EPOCH;
    private Instant thisMonth = Instant.EPOCH;
    private UUID reseller = new UUID(0, 0);
    /** On the reseller's plan, at 4 a month. */
    private UUID retailed = new UUID(0, 0);
    /** On the plan of the house that it stands on, at 2 a month. */
    private UUID housed = new UUID(0, 0);

    private UUID below = new UUID(0, 0);
    private UUID retail = new UUID(0, 0);

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Each with a VPS that sent 1,000 bytes in the last month, at 0.05 for 100 to the house. */
    @BeforeEach
    void twoCustomersOfAReseller() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        lastMonth = start(month.minusMonths(1));
        thisMonth = start(month);
        reseller = UUID.fromString(Given.accountOf(caller));
        retailed = customer();
        housed = customer();
        below = priced(seed.planVersion("EUR"), "2", "0.05");
        retail = priced(seed.retailVersion(reseller, below), "4", "0.10");
        server(retailed, retail);
        server(housed, below);
    }

    /** Before the earliest period that anybody's last one could be, in whatever zone. */
    private Instant longAgo() {
        return lastMonth.minus(Duration.ofDays(40));
    }

    private UUID customer() {
        return Given.customerOf(caller);
    }

    private UUID priced(UUID version, String month, String sent) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, sent));
        return version;
    }

    private void server(UUID account, UUID version) {
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, lastMonth, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, lastMonth, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, thisMonth, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
    }

    /** Off everything of the house. */
    private void coupon(UUID account, Optional<Integer> basisPoints, Optional<Integer> cents) {
        UUID coupon = UUID.randomUUID();
        database.update(
                "INSERT INTO coupon (id, code, label, basis_points, amount, currency, new_accounts, valid_from, created_by,"
                        + " created_at) VALUES (?, ?, 'Less', ?, ?, ?, FALSE, ?, 'test', ?)",
                coupon,
                "I-" + coupon.toString().substring(24).toUpperCase(Locale.ROOT),
                basisPoints,
                cents,
                cents.map(_ -> "EUR"),
                lastMonth,
                lastMonth);
        database.update(
                "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from)"
                        + " VALUES (?, ?, ?, 'test', ?, ?)",
                UUID.randomUUID(),
                coupon,
                account,
                lastMonth,
                lastMonth);
    }

    private String slug() {
        return database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        below)
                .orElseThrow();
    }

    /** At 11 a month, with traffic for nothing. */
    private ValidatableResponse impact() {
        Map<String, Object> fee =
                Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", "11");
        return Given.as(Given.SUPPORT)
                .body(Map.of("lines", List.of(fee)))
                .post("/api/admin/v1/plans/" + slug() + "/impact")
                .then()
                .statusCode(200);
    }

    private long billed(UUID account) {
        return database.number("SELECT COALESCE(SUM(net), 0) AS n FROM invoice WHERE account_id = ?", account);
    }

    @Test
    void theResellerPaysForBothOnceItsTermsHold() {
        seed.terms(reseller, lastMonth);

        run.run();

        impact().body("accounts.accountId", contains(reseller.toString()))
                .body("accounts[0].servers", equalTo(2))
                .body("accounts[0].present.amount", equalTo("5.00"))
                .body("accounts[0].other.amount", equalTo("22.00"))
                .body("present.amount", equalTo("5.00"))
                .body("more.amount", equalTo("17.00"));
        assertEquals(500, billed(reseller), "was billed");
        assertEquals(500, billed(retailed), "at the reseller's price, which the house's does not touch");
        assertEquals(0, billed(housed));
    }

    /** Terms begin within the last month: until its end each pays the house, at the house's price. */
    @Test
    void theCustomersPayForAPeriodThatTheHouseBills() {
        run.run();
        seed.terms(reseller, lastMonth.plusSeconds(1));

        impact().body("accounts.accountId", containsInAnyOrder(retailed.toString(), housed.toString()))
                .body("accounts.servers", contains(1, 1))
                .body("accounts.present.amount", contains("2.50", "2.50"))
                .body("accounts.other.amount", contains("11.00", "11.00"));
        assertEquals(250, billed(retailed), "was billed");
    }

    @Test
    void aResellersOwnVpsAreCountedWithItsCustomers() {
        seed.terms(reseller, lastMonth);
        server(reseller, below);

        impact().body("accounts", hasSize(1))
                .body("accounts[0].servers", equalTo(3))
                .body("accounts[0].present.amount", equalTo("7.50"))
                .body("accounts[0].other.amount", equalTo("33.00"));
    }

    @Test
    void couponsAreThoseOfWhoIsBilled() {
        seed.terms(reseller, lastMonth);
        for (UUID account : List.of(reseller, retailed, housed)) {
            coupon(account, Optional.of(5_000), Optional.empty());
        }

        impact().body("accounts.accountId", contains(reseller.toString()))
                .body("accounts[0].present.amount", equalTo("2.50"))
                .body("accounts[0].other.amount", equalTo("11.00"));
    }

    /** What stands first on the reseller's bill, 6.50 of another plan, takes that much of 10.00; 3.50 are left for this one. */
    @Test
    void anAmountIsTakenOffTheLinesOfTheWholeBill() {
        seed.terms(reseller, lastMonth);
        server(reseller, priced(seed.planVersion("EUR"), "6", "0.05"));
        coupon(reseller, Optional.empty(), Optional.of(1_000));

        run.run();

        impact().body("accounts[0].servers", equalTo(2))
                .body("accounts[0].present.amount", equalTo("1.50"))
                .body("accounts[0].other.amount", equalTo("18.50"));
        assertEquals(150, billed(reseller), "was billed, and nothing else");
    }

    /** As it is sold. */
    private Impact ofAtMost(int servers) {
        return simulator.impact(ADA, slug(), new NewVersion(null, null, null, null), servers);
    }

    private static List<UUID> looked(Impact impact) {
        return impact.accounts().stream().map(Touched::accountId).toList();
    }

    /** Of two who pay the reseller has most VPS, two; who is not looked at is in no sum. */
    @Test
    void ofManyThoseWithMostVpsAreLookedAt() {
        seed.terms(reseller, longAgo());
        UUID direct = seed.account();
        server(direct, below);

        for (int one : List.of(1, 2)) {
            Impact few = ofAtMost(one);
            assertEquals(List.of(reseller), looked(few));
            assertEquals(1, few.unseen());
            assertEquals(Money.of("5.00", "EUR"), few.present());
        }
        Impact all = ofAtMost(3);
        assertEquals(Set.of(reseller, direct), Set.copyOf(looked(all)));
        assertEquals(0, all.unseen());
        assertEquals(Money.of("7.50", "EUR"), all.present());
    }

    /** Whose reseller is billed for them pay nothing themselves: they take nobody's place, and nobody misses them. */
    @Test
    void customersWhoPayTheHouseNothingAreNotMissed() {
        seed.terms(reseller, longAgo());

        Impact impact = ofAtMost(2);

        assertEquals(List.of(reseller), looked(impact));
        assertEquals(0, impact.unseen());
    }

    /** The same of a reseller whose terms are still to begin. */
    @Test
    void aResellerWithoutTermsYetTakesNobodysPlace() {
        seed.terms(reseller, clock.instant().plus(Duration.ofDays(60)));

        Impact impact = ofAtMost(2);

        assertEquals(Set.of(retailed, housed), Set.copyOf(looked(impact)));
        assertEquals(0, impact.unseen());
    }

    /** A reseller without terms is billed for nothing of its customers'. */
    @Test
    void withoutTermsNobodyPaysForOthers() {
        impact().body("accounts.accountId", containsInAnyOrder(retailed.toString(), housed.toString()));
    }
}
