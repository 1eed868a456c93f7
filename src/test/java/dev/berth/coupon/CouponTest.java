package dev.berth.coupon;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons: made by staff, redeemed once and not too often, taken off the right bills. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CouponTest {
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

    private Instant before = Instant.EPOCH;
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void months() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        before = start(month.minusMonths(2));
        start = start(month.minusMonths(1));
        end = start(month);
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static String coupon(Map<String, Object> terms) {
        String code = "C-" + UUID.randomUUID().toString().substring(0, 12);
        Map<String, Object> body = new HashMap<>(Map.of("code", code, "label", "Welcome"));
        body.putAll(terms);
        return Given.once(Given.ADMIN)
                .body(body)
                .post("/api/admin/v1/coupons")
                .then()
                .statusCode(201)
                .extract()
                .path("code");
    }

    private static ValidatableResponse redeem(String caller, String account, String code) {
        return Given.once(caller)
                .body(Map.of("code", code))
                .post("/api/v1/accounts/" + account + "/coupon-redemptions")
                .then();
    }

    /** On 4.00 a month and 0.10 for each 100 bytes, for two months in each of which 1,000 bytes were sent. */
    private final class Customer {
        final String caller = "user:" + UUID.randomUUID() + ";customer";
        final String account = Given.accountOf(caller);
        final UUID version = seed.planVersion("EUR");
        final UUID vps;

        Customer() {
            UUID node = seed.node();
            seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
            seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
            vps = seed.vps(UUID.fromString(account), node, version);
            seed.subscription(vps, UUID.fromString(account), version, before, Optional.empty());
            Journal journal = new Journal();
            journal.add(Kind.OPEN, vps, 1, before, Journal.counters(0));
            journal.add(Kind.SAMPLE, vps, 1, start, Journal.counters(1_000));
            journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(2_000));
            ingest.take(node, journal.key(), journal.all());
        }

        /** As if it had been redeemed in a month that is over. */
        Customer redeemed(String code, Instant from, Optional<Instant> until) {
            database.update(
                    "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from,"
                            + " applies_until) SELECT ?, c.id, ?, 'test', ?, ?, ? FROM coupon c WHERE c.code = ?",
                    UUID.randomUUID(),
                    account,
                    from,
                    from,
                    until,
                    code);
            return this;
        }

        /** Newest first. */
        List<Invoice> invoices() {
            return billing.invoices(ADA, UUID.fromString(account), Page.Ask.FIRST).items().stream()
                    .map(summary -> billing.invoice(ADA, summary.id().value()))
                    .toList();
        }
    }

    @Test
    void theBillsOfItsPeriodsAreSmallerAndComeOutTheSameAgain() {
        String code = coupon(Map.of("basisPoints", 1_000, "periods", 1));
        Customer customer = new Customer().redeemed(code, before, Optional.of(start));

        run.run();

        List<Invoice> invoices = customer.invoices();
        assertEquals("5.00 EUR", invoices.getFirst().totals().net().toString());
        Invoice first = invoices.getLast();
        assertEquals("4.50 EUR", first.totals().net().toString());
        List<InvoiceLine> lines = first.lines();
        assertEquals(4, lines.size());
        assertEquals("-0.40 EUR", lines.get(2).amount().toString());
        assertEquals(1, lines.get(2).what().off().orElseThrow().line());
        assertEquals("Welcome: Line 2", lines.get(3).what().label());
        assertTrue(billing.recompute(ADA, first.id().value()).same());
        Given.as(customer.caller)
                .get("/api/v1/invoices/" + first.id())
                .then()
                .statusCode(200)
                .body("lines[3].discountsLine", equalTo(2))
                .body("lines[3].model", equalTo("DISCOUNT"));
        assertThrows(DatabaseException.class, () -> database.update("DELETE FROM coupon_redemption"));
    }

    @Test
    void whatACouponIsNotForIsPaidInFull() {
        UUID other = seed.planVersion("EUR");
        String slug = database.one(
                        "SELECT p.slug FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE v.id = ?",
                        row -> row.text("slug"),
                        other)
                .orElseThrow();
        Customer customer = new Customer()
                .redeemed(coupon(Map.of("basisPoints", 10_000, "plans", List.of(slug))), before, Optional.empty())
                .redeemed(
                        coupon(Map.of("basisPoints", 10_000, "addOns", List.of("ipv4-address"))),
                        before,
                        Optional.empty())
                .redeemed(coupon(Map.of("amount", "4.50")), start, Optional.empty());

        run.run();

        List<Invoice> invoices = customer.invoices();
        assertEquals("5.00 EUR", invoices.getLast().totals().net().toString());
        assertEquals("0.50 EUR", invoices.getFirst().totals().net().toString());
    }

    @Test
    void aBillIsNeverBelowZero() {
        Customer customer = new Customer().redeemed(coupon(Map.of("amount", "100.00")), before, Optional.empty());

        run.run();

        assertEquals(List.of(), customer.invoices());
        assertEquals(
                2,
                database.number(
                        "SELECT COUNT(*) AS n FROM billing_period WHERE account_id = ? AND state = 'NOTHING_DUE'",
                        customer.account));
    }

    @Test
    void eachAccountRedeemsOnceAndNotMoreThanAllowed() throws Exception {
        String code = coupon(Map.of("basisPoints", 500, "maxRedemptions", 3));
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String caller = "user:" + UUID.randomUUID() + ";customer";
            String account = Given.accountOf(caller);
            posts.add(() -> redeem(caller, account, code).extract().statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(posts.size())) {
            for (Future<Integer> status : threads.invokeAll(posts)) {
                statuses.add(status.get());
            }
        }

        assertEquals(3, statuses.stream().filter(status -> status == 201).count(), statuses.toString());
        assertEquals(5, statuses.stream().filter(status -> status == 409).count(), statuses.toString());
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/coupons/" + code)
                .then()
                .statusCode(200)
                .body("redeemed", equalTo(3));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE coupon SET redeemed = redeemed + 1 WHERE code = ?", code));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE coupon SET basis_points = 600 WHERE code = ?", code));
    }

    @Test
    void aSecondTimeAndTooLateAndTheWrongOnesAreRefused() {
        Customer customer = new Customer();
        String code = coupon(Map.of("basisPoints", 500, "periods", 3));
        redeem(customer.caller, customer.account, " " + code.toLowerCase(Locale.ROOT))
                .statusCode(201)
                .body("label", equalTo("Welcome"));
        redeem(customer.caller, customer.account, code).statusCode(409).body("code", equalTo("coupon-redeemed"));
        Given.as(customer.caller)
                .get("/api/v1/accounts/" + customer.account + "/coupon-redemptions")
                .then()
                .body("", hasSize(1))
                .body("[0].appliesFrom", equalTo(end.toString()));
        redeem(customer.caller, customer.account, coupon(Map.of("basisPoints", 1, "newAccounts", true)))
                .statusCode(409)
                .body("code", equalTo("coupon-not-new"));
        String ended = coupon(Map.of("basisPoints", 1));
        Given.as(Given.ADMIN).delete("/api/admin/v1/coupons/" + ended).then().statusCode(200);
        redeem(customer.caller, customer.account, ended).statusCode(422).body("faults.field", contains("code"));
    }

    @Test
    void everyFaultOfACouponIsNamed() {
        Given.once(Given.ADMIN)
                .body(Map.of(
                        "code",
                        "a b",
                        "basisPoints",
                        10_001,
                        "amount",
                        "0.001",
                        "periods",
                        0,
                        "plans",
                        List.of("no-such")))
                .post("/api/admin/v1/coupons")
                .then()
                .statusCode(422)
                .body(
                        "faults.field",
                        contains("code", "label", "basisPoints", "basisPoints", "amount", "periods", "plans"));
    }

    @Test
    void anOrderRedeemsItsCouponOrIsNotTaken() {
        String caller = Given.customer();
        Map<String, Object> order = new HashMap<>(Given.order("dinghy"));
        order.put("coupon", "no-such");

        Given.once(caller)
                .body(order)
                .post("/api/v1/orders")
                .then()
                .statusCode(422)
                .body("faults.field", contains("coupon"));
    }
}
