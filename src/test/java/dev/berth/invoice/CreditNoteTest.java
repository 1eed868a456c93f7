package dev.berth.invoice;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.browsing;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.NewCreditNote.Part;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.Statement;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CreditNoteTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    CreditNotes notes;

    @Inject
    LedgerService ledger;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private String owner = "";
    private UUID account = new UUID(0, 0);

    /** An invoice of 4.00 for a month and 1.00 for a thousand bytes, 5.95 with tax. */
    @BeforeEach
    void anInvoice() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
        run.run();
    }

    private Invoice invoice() {
        UUID id = billing.invoices(ADA, account, Page.Ask.FIRST)
                .items()
                .getFirst()
                .id()
                .value();
        return billing.invoice(ADA, id);
    }

    private UUID id() {
        return invoice().id().value();
    }

    private void paid() {
        ledger.grantCredit(ADA, account, new LedgerService.NewGrant("5.95", "welcome"));
        run.run();
    }

    private static NewCreditNote of(Part... parts) {
        return new NewCreditNote("a day without network", null, List.of(parts));
    }

    private static Part amount(int line, String amount) {
        return new Part(line, amount, null, null);
    }

    private static final NewCreditNote EVERYTHING = new NewCreditNote("ordered by mistake", true, null);

    private Statement statement() {
        return ledger.statement(ADA, account);
    }

    @Test
    void apartOfAnOpenInvoiceIsOwedNoMore() {
        CreditNote note = notes.issue(ADA, id(), of(amount(1, "1.00"), amount(2, "0.26")));

        assertEquals("1.26 EUR", note.totals().net().toString());
        assertEquals("0.24 EUR", note.totals().tax().toString());
        assertEquals("1.50 EUR", note.settled().reduced().toString());
        assertEquals("0.00 EUR", note.settled().returned().toString());
        assertEquals("4.45 EUR", statement().owed().toString());
        assertEquals(State.FINAL, invoice().state());
        assertTrue(ledger.trialBalance(ADA).sound());

        ledger.grantCredit(ADA, account, new LedgerService.NewGrant("4.45", "the rest"));
        run.run();

        assertEquals(State.PAID, invoice().state());
        assertEquals("0.00 EUR", statement().owed().toString());
        assertEquals("0.00 EUR", statement().credit().toString());
    }

    @Test
    void allOfAnUnpaidInvoiceMakesItVoid() {
        notes.issue(ADA, id(), EVERYTHING);

        assertEquals(State.VOID, invoice().state());
        assertEquals("0.00 EUR", statement().owed().toString());
        assertEquals("0.00 EUR", statement().credit().toString());
        Problem again = assertThrows(Problem.class, () -> notes.issue(ADA, id(), EVERYTHING));
        assertEquals("nothing-left", again.code());
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    @Test
    void whatWasPaidBecomesCredit() {
        paid();

        CreditNote note = notes.issue(ADA, id(), EVERYTHING);

        assertEquals("5.95 EUR", note.settled().returned().toString());
        assertEquals(State.PAID, invoice().state());
        assertEquals("5.95 EUR", statement().credit().toString());
        assertEquals("0.00 EUR", statement().owed().toString());
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    /** 19 % of 0.13 is 0.0247: rounded in each of many pieces, the tax would come to something else than was charged. */
    @Test
    void inManyPiecesTheWholeTaxIsGivenBack() {
        List<CreditNote> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(notes.issue(ADA, id(), of(amount(1, "0.13"))));
        }
        all.add(notes.issue(ADA, id(), EVERYTHING));

        assertEquals(500, all.stream().mapToLong(n -> n.totals().net().minor()).sum());
        assertEquals(95, all.stream().mapToLong(n -> n.totals().tax().minor()).sum());
        assertEquals(State.VOID, invoice().state());
    }

    @Test
    void neverMoreThanIsLeftOfALine() {
        notes.issue(ADA, id(), of(amount(2, "0.60")));

        Problem tooMuch = assertThrows(
                Problem.class,
                () -> notes.issue(
                        ADA,
                        id(),
                        of(
                                amount(2, "0.41"),
                                amount(2, "0.01"),
                                amount(7, "1"),
                                amount(1, "much"),
                                new Part(1, null, null, null))));

        assertEquals(
                List.of("lines[0].amount", "lines[1].line", "lines[2].line", "lines[3].amount", "lines[4].line"),
                tooMuch.faults().stream().map(Problem.Fault::field).toList());
        CreditNote rest = notes.issue(ADA, id(), of(new Part(2, null, BigInteger.valueOf(400), "the last 400 bytes")));
        assertEquals("0.40 EUR", rest.totals().net().toString());
        assertEquals(
                Optional.of(BigInteger.valueOf(400)), rest.lines().getFirst().quantity());
    }

    @Test
    void theDatabaseRefusesToCreditALineTwice() {
        UUID first = notes.issue(ADA, id(), of(amount(2, "0.60"))).id();
        UUID other = notes.issue(ADA, id(), of(amount(1, "1"))).id();
        String line = "INSERT INTO credit_note_line (credit_note_id, n, invoice_id, line, amount, reason) VALUES"
                + " (?, 2, ?, 2, ?, 'again')";

        assertThrows(DatabaseException.class, () -> database.update(line, other, id(), 41));
        assertThrows(DatabaseException.class, () -> database.update(line, other, id(), -1));
        assertThrows(DatabaseException.class, () -> database.update("DELETE FROM credit_note WHERE id = ?", first));
        assertThrows(DatabaseException.class, () -> database.update("UPDATE credit_note_line SET amount = 1"));
        assertEquals(1, database.update(line, other, id(), 40));
    }

    @Test
    void twoAtOnceNeverTakeBackTheSame() throws Exception {
        UUID invoice = id();
        int issued = 0;
        try (ExecutorService staff = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                all.add(staff.submit(() -> tried(invoice)));
            }
            for (Future<Boolean> one : all) {
                issued += one.get() ? 1 : 0;
            }
        }

        assertEquals(3, issued);
        List<CreditNote> all = notes.ofInvoice(ADA, invoice);
        assertEquals(3, all.size());
        String series = all.getFirst().label().replaceFirst("-.*", "");
        assertEquals(
                database.number("SELECT COUNT(*) AS n FROM credit_note WHERE series = ?", series),
                database.number("SELECT last_number AS n FROM invoice_series WHERE series = ?", series));
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    private boolean tried(UUID invoice) {
        try {
            notes.issue(ADA, invoice, of(amount(2, "0.30")));
            return true;
        } catch (Problem problem) {
            assertEquals(422, problem.status());
            return false;
        }
    }

    @Test
    void theApiIssuesOnceAndShowsItToItsOwnerOnly() {
        String path = "/api/admin/v1/invoices/" + id() + "/credit-notes";
        Map<String, Object> body =
                Map.of("reason", "a day without network", "lines", List.of(Map.of("line", 1, "amount", "1.00")));
        String key = UUID.randomUUID().toString();
        String made = as(Given.SUPPORT)
                .header("Idempotency-Key", key)
                .body(body)
                .post(path)
                .then()
                .statusCode(201)
                .body("net.amount", equalTo("1.00"))
                .body("tax.amount", equalTo("0.19"))
                .extract()
                .path("id");
        String again = as(Given.SUPPORT)
                .header("Idempotency-Key", key)
                .body(body)
                .post(path)
                .path("id");

        assertEquals(made, again);
        as(owner)
                .get("/api/v1/invoices/" + id() + "/credit-notes")
                .then()
                .statusCode(200)
                .body("", hasSize(1))
                .body("[0].lines[0].line", equalTo(1));
        as(owner)
                .get("/api/v1/credit-notes/" + made + "/pdf")
                .then()
                .statusCode(200)
                .body(startsWith("%PDF-"));
        as(Given.customer()).get("/api/v1/credit-notes/" + made).then().statusCode(404);
        once(Given.SUPPORT)
                .body(Map.of())
                .post(path)
                .then()
                .statusCode(422)
                .body("faults.field", hasItems("reason", "lines"));
    }

    @Test
    void pagesIssueItAndShowIt() {
        String form = "/staff/invoices/" + id() + "/credit";
        String page = browsing(Given.SUPPORT)
                .get(form)
                .then()
                .statusCode(200)
                .extract()
                .asString();
        String key = page.replaceAll("(?s).*?name=\"key\" value=\"([^\"]+)\".*", "$1");
        String refused = browsing(Given.SUPPORT)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParam("what", "parts")
                .formParam("amount-2", "9.99")
                .post(form)
                .then()
                .statusCode(422)
                .extract()
                .asString();
        assertTrue(refused.contains("at most what is left of the line: 1.00"), refused);

        String shown = browsing(Given.SUPPORT)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParam("what", "parts")
                .formParam("amount-2", "0.50")
                .formParam("reason", "half of it")
                .post(form)
                .then()
                .statusCode(303)
                .extract()
                .header("Location");

        String note =
                browsing(owner).get(shown.replaceFirst("https?://[^/]+", "")).asString();
        assertTrue(note.contains("half of it"), note);
        String all = browsing(owner)
                .get("/billing/invoices/" + id() + "/credit-notes")
                .asString();
        assertTrue(all.contains("data-testid=\"credit-note\"") && !all.contains("data-testid=\"credit\""), all);
    }
}
