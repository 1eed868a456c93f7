package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.Invoice.State;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BillRunTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final Page.Ask FIRST = Page.Ask.FIRST;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    Releases releases;

    @Inject
    AuditService audit;

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

    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void lastMonth() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A customer with one VPS since the month began, on a plan of 4.00 a month and 0.10 for each 100 bytes sent. */
    private final class Customer {
        final UUID account;
        final UUID node = seed.node();
        final UUID vps;
        final Journal journal = new Journal();

        Customer(String planCurrency, Seed.Price... more) {
            account = seed.account();
            UUID version = seed.planVersion(planCurrency);
            seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
            seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
            for (int i = 0; i < more.length; i++) {
                seed.tariffLine(version, 3 + i, more[i]);
            }
            vps = seed.vps(account, node, version);
            seed.subscription(vps, account, version, start, Optional.empty());
            journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        }

        Customer used(long value, Instant at) {
            journal.add(Kind.SAMPLE, vps, 1, at, Journal.counters(value));
            return this;
        }

        Customer uploaded() {
            ingest.take(node, journal.key(), journal.all());
            return this;
        }

        void granted(String amount) {
            ledger.grantCredit(ADA, account, new NewGrant(amount, "welcome"));
        }

        List<Invoice.Summary> invoices() {
            return billing.invoices(ADA, account, FIRST).items();
        }

        Invoice invoice() {
            return billing.invoice(ADA, invoices().getFirst().id().value());
        }
    }

    @Test
    void snapshotsAreBilledWhereAPlanHasAPriceForThem() {
        Customer customer = new Customer("EUR", new Seed.Price("USAGE", Optional.of("SNAPSHOT"), 0, 50, "0.10"));
        Counters counters = new Counters(
                0, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0, Optional.of(BigInteger.valueOf(1_000)));
        customer.journal.add(Kind.SAMPLE, customer.vps, 1, end, counters);
        customer.uploaded();

        run.run();

        Invoice invoice = customer.invoice();
        assertEquals("6.00 EUR", invoice.totals().net().toString());
        assertTrue(billing.recompute(ADA, customer.invoices().getFirst().id().value())
                .same());
    }

    /** From 4.00 with a set-up of 2.50 to 10.00 with one of 3.00, in the middle of the month. */
    @Test
    void anUpgradeIsPaidToTheSecondAndSetUpOnlyOnce() {
        Seed.Price setUp = new Seed.Price("ONE_OFF", Optional.empty(), 0, 1, "2.50");
        Customer customer = new Customer("EUR", setUp).used(1_000, end).uploaded();
        Instant middle = start.plusSeconds((end.getEpochSecond() - start.getEpochSecond()) / 2);
        UUID better = seed.planVersion("EUR");
        seed.tariffLine(better, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "10"));
        seed.tariffLine(better, 2, new Seed.Price("ONE_OFF", Optional.empty(), 0, 1, "3.00"));
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", middle, customer.vps);
        UUID second = seed.subscription(customer.vps, customer.account, better, middle, Optional.empty());
        database.update("UPDATE subscription SET begun_at = ? WHERE id = ?", start, second);

        run.run();

        Invoice invoice = customer.invoice();
        // 2.00 + 0.50 for half of the bytes + 2.50, then 5.00
        assertEquals("10.00 EUR", invoice.totals().net().toString());
        assertEquals(
                List.of("RECURRING", "USAGE", "ONE_OFF", "RECURRING"),
                invoice.lines().stream().map(line -> line.what().model()).toList());
    }

    @Test
    void whatWasSoldKeepsItsPrices() {
        Customer customer = new Customer("EUR");
        String line = "plan_version_id = (SELECT plan_version_id FROM vps WHERE id = ?)";
        Seed.Price more = new Seed.Price("RECURRING", Optional.empty(), 0, 1, "1");
        UUID version = database.one(
                        "SELECT plan_version_id FROM vps WHERE id = ?",
                        row -> row.uuid("plan_version_id"),
                        customer.vps)
                .orElseThrow();

        assertRefused(
                "never changes",
                () -> database.update("UPDATE tariff_line SET unit_price = 5 WHERE " + line, customer.vps));
        assertRefused("never removed", () -> database.update("DELETE FROM tariff_line WHERE " + line, customer.vps));
        assertRefused("gets no new price", () -> seed.tariffLine(version, 9, more));
    }

    private static void assertRefused(String because, Executable change) {
        String said = assertThrows(RuntimeException.class, change).toString();

        assertTrue(said.contains(because), said);
    }

    @Test
    void aClosedMonthIsInvoicedOnceAndPaidFromCredit() {
        Customer customer = new Customer("EUR").used(1_000, end).uploaded();
        customer.granted("20.00");

        run.run();
        run.run();

        assertEquals(1, customer.invoices().size());
        Invoice invoice = customer.invoice();
        assertEquals(State.PAID, invoice.state());
        assertEquals("5.00 EUR", invoice.totals().net().toString());
        assertEquals("0.95 EUR", invoice.totals().tax().toString());
        assertEquals(
                "14.05 EUR", ledger.statement(ADA, customer.account).credit().toString());
        assertEquals("0.00 EUR", ledger.statement(ADA, customer.account).owed().toString());
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    @Test
    void staffReleaseWhatWaitsForReadingsThatWillNotCome() {
        Customer customer =
                new Customer("EUR").used(500, start.plusSeconds(3_600)).uploaded();
        run.run();
        UUID period = billing.waiting(ADA, customer.account).getFirst().id().value();
        Releases.Waiting waiting = releases.waiting(ADA, period);
        assertEquals(waiting.parkedBecause(), Optional.of(waiting.reasons().getFirst()));

        releases.release(ADA, period, "its node burnt down");
        assertThrows(Problem.class, () -> releases.release(ADA, period, "again"));
        run.run();

        assertEquals("4.50 EUR", customer.invoice().totals().net().toString());
        assertEquals(
                List.of("invoice.issue", "billing-period.release"),
                audit.list(AuditService.Query.ALL.ofSubject(period), 10).stream()
                        .map(AuditEvent::action)
                        .toList());
    }

    @Test
    void anOpenInvoiceIsPaidWhenCreditComes() {
        Customer customer = new Customer("EUR").used(1_000, end).uploaded();
        run.run();
        assertEquals(State.FINAL, customer.invoice().state());
        assertEquals("5.95 EUR", ledger.statement(ADA, customer.account).owed().toString());

        customer.granted("5.95");
        run.run();

        assertEquals(State.PAID, customer.invoice().state());
    }

    @Test
    void aMissingReadingParksOnlyItsOwnBill() {
        Customer waiting = new Customer("EUR").used(10, end.minusSeconds(3_600)).uploaded();
        Customer poisoned = new Customer("USD").used(10, end).uploaded();
        Customer ready = new Customer("EUR").used(10, end).uploaded();

        run.run();

        assertEquals(1, ready.invoices().size());
        assertEquals(0, waiting.invoices().size());
        assertEquals(0, poisoned.invoices().size());
        assertTrue(reason(waiting).contains("readings only up to"), () -> reason(waiting));
        assertTrue(reason(poisoned).contains("computing failed"), () -> reason(poisoned));

        waiting.used(20, end).uploaded();
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", waiting.account);
        run.run();
        assertEquals(1, waiting.invoices().size());
    }

    @Test
    void whatWasDeletedIsBilledWhenItsLastReadingIsThere() {
        Customer customer = new Customer("EUR");
        Instant stopped = start.plusSeconds(3_600);
        Instant deleted = start.plusSeconds(7_200);
        customer.journal.add(Kind.CLOSE, customer.vps, 1, stopped, Journal.counters(100));
        customer.uploaded();
        database.update(
                "UPDATE vps SET desired_state = 'DELETED', observed_state = 'GONE', generation = 3, deleted_at = ?"
                        + " WHERE id = ?",
                clock.instant(),
                customer.vps);
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", deleted, customer.vps);

        run.run();
        assertEquals(0, customer.invoices().size());
        assertTrue(reason(customer).contains("readings only up to"), () -> reason(customer));

        customer.journal.addLast(customer.vps, 3, deleted.minusSeconds(1), Journal.counters(1_000));
        customer.uploaded();
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", customer.account);
        run.run();
        assertEquals("1.01 EUR", customer.invoice().totals().net().toString());
    }

    private String reason(Customer customer) {
        return billing.waiting(ADA, customer.account).getFirst().waitingFor().orElse("");
    }

    @Test
    void numbersHaveNoGapHoweverManyRunAtOnce() throws Exception {
        List<Customer> customers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            customers.add(new Customer(i % 6 == 5 ? "USD" : "EUR").used(i, end).uploaded());
        }

        try (ExecutorService replicas = Executors.newFixedThreadPool(6)) {
            List<Future<BillRun.Outcome>> runs = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                runs.add(replicas.submit(run::run));
            }
            for (Future<BillRun.Outcome> one : runs) {
                one.get();
            }
        }

        long invoiced = customers.stream().mapToLong(c -> c.invoices().size()).sum();
        assertEquals(20, invoiced);
        long count = database.number("SELECT COUNT(*) AS n FROM invoice WHERE series = ?", series());
        assertEquals(count, database.number("SELECT MAX(number) AS n FROM invoice WHERE series = ?", series()));
        assertEquals(count, database.number("SELECT last_number AS n FROM invoice_series WHERE series = ?", series()));
        assertEquals(
                count, new HashSet<>(database.list("SELECT number FROM invoice", row -> row.number("number"))).size());
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    @Test
    void aPeriodThatAnotherReplicaHoldsKeepsNoOtherWaiting() throws Exception {
        Customer held = new Customer("EUR").used(1, end).uploaded();
        Customer free = new Customer("EUR").used(2, end).uploaded();
        billing.soFar(ADA, held.account);

        QuarkusTransaction.requiringNew().run(() -> {
            database.list(
                    "SELECT id FROM billing_period WHERE account_id = ? FOR UPDATE",
                    row -> row.uuid("id"),
                    held.account);
            try (ExecutorService replica = Executors.newSingleThreadExecutor()) {
                BillRun.Outcome outcome =
                        CompletableFuture.supplyAsync(run::run, replica).join();
                assertEquals(0, outcome.failed());
            }
        });

        assertEquals(0, held.invoices().size());
        assertEquals(1, free.invoices().size());
        run.run();
        assertEquals(1, held.invoices().size());
    }

    private String series() {
        return "B" + start.atZone(ZoneOffset.UTC).getYear();
    }

    @Test
    void aLineLeadsToItsReadingsAndAChangedReadingIsFound() {
        Customer customer = new Customer("EUR")
                .used(300, start.plusSeconds(86_400))
                .used(1_000, end)
                .uploaded();
        run.run();
        Invoice invoice = customer.invoice();
        UUID id = invoice.id().value();

        Evidence evidence = billing.evidence(ADA, id, 2);
        Evidence.Proof proof = evidence.proofs().getFirst();
        assertEquals(3, proof.readings().size());
        assertTrue(proof.complete() && proof.firstBatch().isPresent());
        assertTrue(billing.recompute(ADA, id).same());

        database.update(
                "UPDATE reading SET net_tx_bytes = net_tx_bytes + 1 WHERE node_id = ? AND seq = 2", customer.node);
        List<Recomputed.Difference> differences = billing.recompute(ADA, id).differences();
        assertEquals(1, differences.size());
        assertEquals(2, differences.getFirst().line());
    }

    @Test
    void aFinalInvoiceCannotBeChanged() {
        Customer customer = new Customer("EUR").used(1_000, end).uploaded();
        run.run();
        UUID id = customer.invoice().id().value();

        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE invoice SET total = net, tax = 0 WHERE id = ?", id));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE invoice_line SET amount = 0 WHERE invoice_id = ?", id));
        assertThrows(DatabaseException.class, () -> database.update("DELETE FROM ledger_transfer"));
    }

    @Test
    void theDraftGrowsWithTheMonth() {
        Customer customer = new Customer("EUR")
                .used(1_000, end)
                .used(2_000, clock.instant())
                .uploaded();

        Invoice draft = billing.soFar(ADA, customer.account).orElseThrow();
        VpsUsage usage = billing.usage(ADA, customer.vps);

        assertEquals(State.DRAFT, draft.state());
        assertEquals(2, draft.lines().size());
        assertEquals(draft.totals().net(), usage.net());
        assertTrue(draft.totals().net().isPositive());
    }
}
