package dev.berth.resale;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.BillRun;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.InvoiceLine;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
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
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
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

/** One measurement, two bills: the reseller's at the house's prices, its customer's at its own; and what is left between. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ResaleTest {
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

    @Inject
    LedgerService ledger;

    private String reseller = "";
    private UUID own = new UUID(0, 0);
    private UUID wholesale = new UUID(0, 0);
    private UUID retail = new UUID(0, 0);
    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void aReseller() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        reseller = "client:r-" + UUID.randomUUID() + ";reseller";
        own = UUID.fromString(Given.accountOf(reseller));
        wholesale = seed.planVersion("EUR");
        seed.tariffLine(wholesale, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "2"));
        seed.tariffLine(wholesale, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.05"));
        retail = seed.retailVersion(own, wholesale);
        seed.tariffLine(retail, 1, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        seed.tariffLine(retail, 2, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(retail, 3, new Seed.Price("USAGE", Optional.of("CPU_TIME"), 0, 1_000, "0.01"));
    }

    private UUID customer() {
        return Given.customerOf(reseller);
    }

    /** A VPS since the month began that sent 1,000 bytes in it. */
    private void server(UUID account, UUID version) {
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
    }

    private List<Invoice> invoices(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().stream()
                .map(summary -> billing.invoice(ADA, summary.id().value()))
                .toList();
    }

    private static String net(Invoice invoice) {
        return invoice.totals().net().toString();
    }

    @Test
    void oneMeasurementMakesTwoBillsThatRestOnTheSameReadings() {
        seed.terms(own, start);
        UUID customer = customer();
        UUID other = customer();
        server(customer, retail);
        server(other, wholesale);
        server(own, wholesale);

        run.run();

        Invoice paid = invoices(own).getFirst();
        Invoice earned = invoices(customer).getFirst();
        assertEquals("7.50 EUR", net(paid));
        assertEquals("5.01 EUR", net(earned));
        assertEquals(List.of(), invoices(other));
        assertTrue(billing.recompute(ADA, paid.id().value()).same());
        assertTrue(billing.recompute(ADA, earned.id().value()).same());
        Given.as(reseller)
                .get("/api/v1/margin-report?invoice=" + paid.id())
                .then()
                .statusCode(200)
                .body("rows", hasSize(5))
                .body("rows.sameReadings", everyItem(is(true)))
                .body("earned.amount", equalTo("5.01"))
                .body("paid.amount", equalTo("5.00"))
                .body("margin.amount", equalTo("0.01"))
                .body("rows.find { it.what == 'NETWORK_BYTES_SENT' && it.retail }.margin.amount", equalTo("0.50"))
                .body("rows.find { it.what == 'CPU_TIME' }.wholesale", hasSize(0));
    }

    /** Every line of the house's bill for customers is in the report once, and nothing else is. */
    @Test
    void whatTheReportSaysWasPaidIsWhatTheHouseBilled() {
        seed.terms(own, start);
        for (int i = 0; i < 3; i++) {
            server(customer(), i == 1 ? wholesale : retail);
        }
        server(own, wholesale);

        run.run();

        Invoice paid = invoices(own).getFirst();
        Money forCustomers = paid.lines().stream()
                .filter(line -> !belongsTo(line, own))
                .map(InvoiceLine::amount)
                .reduce(Money.of("0.00", "EUR"), Money::plus);
        List<String> amounts = Given.as(reseller)
                .get("/api/v1/margin-report")
                .then()
                .statusCode(200)
                .body("paid.amount", equalTo(forCustomers.amount()))
                .extract()
                .path("rows.collectMany { it.wholesale }.amount.amount");
        assertEquals(
                forCustomers.decimal(), amounts.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add));
        assertEquals(paid.lines().size() - 2, amounts.size());
    }

    private boolean belongsTo(InvoiceLine line, UUID account) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM subscription WHERE id = ? AND account_id = ?",
                        line.subject().subscription().value(),
                        account)
                == 1;
    }

    @Test
    void aResellersInvoiceIsNoMoneyOfTheHouse() {
        seed.terms(own, start);
        UUID customer = customer();
        server(customer, retail);
        ledger.grantCredit(ADA, customer, new NewGrant("50.00", "test"));

        run.run();
        run.run();

        assertEquals(State.FINAL, invoices(customer).getFirst().state());
        assertEquals("0.00 EUR", ledger.statement(ADA, customer).owed().toString());
        assertEquals("50.00 EUR", ledger.statement(ADA, customer).credit().toString());
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    @Test
    void beforeItsTermsBeginTheHouseBillsTheCustomer() {
        seed.terms(own, start.plusSeconds(1));
        UUID customer = customer();
        server(customer, wholesale);

        run.run();

        assertEquals("2.50 EUR", net(invoices(customer).getFirst()));
        assertEquals(List.of(), invoices(own));
    }

    /** The reseller's own prices are nothing that the house bills anybody. */
    @Test
    void beforeItsTermsHoldAPlanOfTheResellerCostsWhatStandsBelow() {
        seed.terms(own, start.plusSeconds(1));
        UUID customer = customer();
        server(customer, retail);

        run.run();

        assertEquals("2.50 EUR", net(invoices(customer).getFirst()));
        assertTrue(ledger.statement(ADA, customer).owed().isPositive());
    }

    @Test
    void aResellersBillWaitsForItsCustomersReadings() {
        seed.terms(own, start);
        UUID customer = customer();
        UUID vps = seed.vps(customer, seed.node(), retail);
        seed.subscription(vps, customer, retail, start, Optional.empty());

        run.run();

        assertEquals(List.of(), invoices(own));
        assertTrue(billing.waiting(ADA, own).getFirst().waitingFor().orElse("").contains("no reading yet"));
    }

    @Test
    void aResellerSellsAPlanOfTheHouseAtItsOwnPrices() {
        UUID customer = customer();
        UUID vps = seed.vps(customer, seed.node(), wholesale);
        seed.subscription(vps, customer, wholesale, start, Optional.empty());
        String slug = "r-" + UUID.randomUUID().toString().substring(0, 12);
        Map<String, Object> fee =
                Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", "11");
        Given.once(reseller)
                .body(Map.of("slug", slug))
                .post("/api/v1/retail-plans")
                .then()
                .statusCode(409)
                .body("code", equalTo("no-terms"));
        Given.as(Given.ADMIN)
                .body(Map.of("reason", "contract"))
                .put("/api/admin/v1/accounts/" + own + "/wholesale-terms")
                .then()
                .statusCode(409)
                .body("code", equalTo("no-seller"));
        seed.terms(own, end);

        Given.once(reseller)
                .body(Map.of(
                        "slug", slug, "name", "Mine", "summary", "Ours", "wholesale", "dinghy", "lines", List.of(fee)))
                .post("/api/v1/retail-plans")
                .then()
                .statusCode(201)
                .body("wholesale.slug", equalTo("dinghy"))
                .body("plan.limits.memoryBytes", equalTo(256 << 20));
        Given.once(reseller)
                .body(Map.of("lines", List.of(fee)))
                .post("/api/v1/retail-plans/" + slug + "/versions")
                .then()
                .statusCode(201)
                .body("plan.version", equalTo(2));

        String changes = "/api/v1/vps/" + vps + "/plan-changes/preview?plan=";
        Given.as(reseller).get(changes + slug).then().statusCode(200).body("next.name", equalTo("Mine"));
        Given.as(reseller).get(changes + "dinghy").then().statusCode(422);
        Given.as(Given.ADMIN).get("/api/v1/plans/" + slug).then().statusCode(404);
        Given.as("client:x-" + UUID.randomUUID() + ";reseller")
                .get("/api/v1/retail-plans/" + slug)
                .then()
                .statusCode(404);
        Given.once(reseller)
                .body(Map.of("slug", "Bad Name", "wholesale", slug))
                .post("/api/v1/retail-plans")
                .then()
                .statusCode(422)
                .body("faults.field", contains("slug", "name", "summary", "wholesale"));
    }

    @Test
    void whatWasAgreedAndWhatItStandsOnStays() {
        seed.terms(own, start);

        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE wholesale_terms SET begins_at = begins_at WHERE reseller_id = ?", own));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE plan_version SET wholesale_version_id = NULL WHERE id = ?", retail));
        assertThrows(DatabaseException.class, () -> seed.retailVersion(own, retail));
        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE plan SET owner_id = NULL WHERE id = (SELECT plan_id FROM plan_version WHERE id = ?)",
                        retail));
        Given.as(Given.ADMIN)
                .body(Map.of("reason", "contract"))
                .put("/api/admin/v1/accounts/" + customer() + "/wholesale-terms")
                .then()
                .statusCode(409);
        Given.as(Given.ADMIN)
                .body(Map.of("reason", "contract"))
                .put("/api/admin/v1/accounts/" + own + "/wholesale-terms")
                .then()
                .statusCode(200)
                .body("beginsAt", equalTo(start.toString()));
    }
}
