package dev.berth.invoice;

import static dev.berth.testing.Given.browsing;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.Reviews.Review;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
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

/** A bill that staff look at has no number until they have. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ReviewTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    Reviews reviews;

    @Inject
    BillingService billing;

    @Inject
    AuditService audit;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private UUID account = new UUID(0, 0);
    private UUID period = new UUID(0, 0);

    /** Its last month's bill is held back before it is due. */
    @BeforeEach
    void aBillHeldBack() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        account = seed.account();
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1));
        ingest.take(node, journal.key(), journal.all());
        billing.soFar(ADA, account);
        period = billing.waiting(ADA, account).getFirst().id().value();
        reviews.hold(ADA, period, "it looks odd");
        run.run();
    }

    private List<Invoice.Summary> invoices() {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items();
    }

    @Test
    void itWaitsWithoutANumberAndItsCustomerDoesNotReadWhy() {
        Review review = reviews.get(ADA, period);

        assertEquals("4.00 EUR", review.net().toString());
        assertEquals(Optional.of("it looks odd"), review.held());
        assertEquals(List.of(), invoices());
        Invoice draft = billing.waiting(ADA, account).getFirst();
        assertEquals(Optional.of("a look by our staff"), draft.waitingFor());
        assertTrue(
                billing.parked(ADA).stream().noneMatch(p -> p.account().value().equals(account)));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM invoice_line WHERE invoice_id = ?", period));
    }

    @Test
    void anApprovedOneIsInvoicedByTheNextRun() {
        run.run();
        assertEquals(List.of(), invoices());

        reviews.approve(ADA, period, "4.00");
        run.run();

        assertEquals(1, invoices().size());
        assertEquals(
                List.of("invoice.issue", "bill.approve", "bill.hold"),
                audit.list(AuditService.Query.ALL.ofSubject(period), 10).stream()
                        .map(AuditEvent::action)
                        .toList());
        Problem closed = assertThrows(Problem.class, () -> reviews.hold(ADA, period, "too late"));
        assertEquals("closed", closed.code());
    }

    @Test
    void anApprovalHoldsForTheSumThatWasSeenOnly() {
        Problem other = assertThrows(Problem.class, () -> reviews.approve(ADA, period, "3.99"));
        assertEquals("sum-changed", other.code());
        reviews.approve(ADA, period, "4.00");
        database.update("UPDATE billing_period SET approved_net = 399 WHERE id = ?", period);

        run.run();

        assertEquals(List.of(), invoices());
        Review again = reviews.get(ADA, period);
        assertFalse(again.approved());
        assertEquals("its sum has changed since it was approved", again.reason());
    }

    @Test
    void withoutAnAnswerItIsInvoicedWhenItsGraceIsOver() {
        Instant now = clock.instant();
        database.update(
                "UPDATE billing_period SET held_by = NULL, held_because = NULL, review_until = ?, next_attempt_at = ?"
                        + " WHERE id = ?",
                now,
                now,
                period);

        run.run();

        assertEquals(1, invoices().size());
    }

    @Test
    void allAreApprovedButThoseHeldBack() {
        String key = UUID.randomUUID().toString();
        Given.as(Given.SUPPORT)
                .header("Idempotency-Key", key)
                .post("/api/admin/v1/bill-reviews/approve")
                .then()
                .statusCode(200);
        assertFalse(reviews.get(ADA, period).approved());

        once(Given.SUPPORT)
                .body(Map.of("net", "4.00"))
                .post("/api/admin/v1/bill-reviews/" + period + "/approve")
                .then()
                .statusCode(200)
                .body("approved", equalTo(true))
                .body("net.amount", equalTo("4.00"));
    }

    @Test
    void pagesShowItAndTakeTheAnswer() {
        assertTrue(browsing(Given.SUPPORT).get("/staff/reviews").asString().contains("/staff/reviews/" + period));
        String page = browsing(Given.SUPPORT).get("/staff/reviews/" + period).asString();
        String key = page.replaceAll("(?s).*?name=\"key\" value=\"([^\"]+)\".*", "$1");

        browsing(Given.SUPPORT)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParam("net", "4.00")
                .post("/staff/reviews/" + period + "/approve")
                .then()
                .statusCode(303);

        assertTrue(reviews.get(ADA, period).approved());
    }

    @Test
    void rulesSayWhichBillsAreLookedAt() {
        Money much = Money.of("500.01", "EUR");
        Money some = Money.of("500.00", "EUR");
        ReviewRule rule = ReviewRule.parse("first, above:500");

        assertTrue(rule.applies(much, false).isPresent());
        assertEquals(Optional.empty(), rule.applies(some, false));
        assertTrue(rule.applies(some, true).isPresent());
        assertEquals(Optional.empty(), ReviewRule.parse("none").applies(much, true));
        assertTrue(ReviewRule.parse("all").applies(some, false).isPresent());
        assertThrows(IllegalArgumentException.class, () -> ReviewRule.parse("above:much"));
        assertThrows(IllegalArgumentException.class, () -> ReviewRule.parse("sometimes"));
    }
}
