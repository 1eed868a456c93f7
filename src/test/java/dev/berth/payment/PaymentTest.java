package dev.berth.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.payment.Payment.State;
import dev.berth.payment.PaymentDesk.Assignment;
import dev.berth.payment.PaymentDesk.NewBankPayment;
import dev.berth.payment.Receipts.Receipt;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.Billed;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PaymentTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    PaymentDesk desk;

    @Inject
    PaymentService payments;

    @Inject
    PaymentAccounts settings;

    @Inject
    Receipts receipts;

    @Inject
    Allocator allocator;

    @Inject
    CreditExpiry expiry;

    @Inject
    OpenInvoices open;

    @Inject
    LedgerService ledger;

    @Inject
    Billed billed;

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    InstantSource clock;

    private Payment pay(UUID account, @Nullable String invoice, String amount) {
        String reference = UUID.randomUUID().toString();
        return desk.record(ADA, new NewBankPayment(account.toString(), invoice, amount, reference, "Carla"));
    }

    private String openOf(UUID invoice) {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
    }

    private String state(UUID invoice) {
        return database.one("SELECT state FROM invoice WHERE id = ?", row -> row.text("state"), invoice)
                .orElseThrow();
    }

    private String credit(UUID account) {
        return ledger.statement(ADA, account).credit().toString();
    }

    /** Whatever a test did: both sides are equal, and every credit is the sum of its lots. */
    @AfterEach
    void theBooksAgree() {
        assertTrue(ledger.trialBalance(ADA).sound());
        List<String> differing = database.list(
                "SELECT x.account_id FROM (SELECT account_id, currency, SUM(remaining) AS unspent FROM credit_lot"
                        + " GROUP BY account_id, currency) x WHERE x.unspent <> (SELECT COALESCE("
                        + "SUM(IF(t.credit_kind = 'CREDIT' AND t.credit_owner = CAST(x.account_id AS CHAR), t.amount, 0))"
                        + " - SUM(IF(t.debit_kind = 'CREDIT' AND t.debit_owner = CAST(x.account_id AS CHAR), t.amount, 0)), 0)"
                        + " FROM ledger_transfer t WHERE t.currency = x.currency)",
                row -> row.text("account_id"));
        assertEquals(List.of(), differing);
    }

    @Test
    void aPartIsPaidThenTheRestAndWhatIsTooMuchIsCredit() {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);

        pay(account, invoice.toString(), "4.00");
        assertEquals("7.90 EUR", openOf(invoice));
        assertEquals("FINAL", state(invoice));

        pay(account, invoice.toString(), "10.00");
        assertEquals("0.00 EUR", openOf(invoice));
        assertEquals("PAID", state(invoice));
        assertEquals("2.10 EUR", credit(account));
        assertEquals("0.00 EUR", ledger.statement(ADA, account).owed().toString());
        List<Allocation> parts = payments.ofInvoice(ADA, invoice).allocations();
        assertEquals(
                List.of("4.00 EUR", "7.90 EUR"),
                parts.stream().map(p -> p.amount().toString()).toList());
    }

    @Test
    void theSameBankReferenceCountsOnce() {
        UUID account = seed.account();
        NewBankPayment same = new NewBankPayment(account.toString(), null, "5.00", "ref-" + account, null);
        desk.record(ADA, same);

        Problem refused = assertThrows(Problem.class, () -> desk.record(ADA, same));

        assertEquals("payment-known", refused.code());
        assertEquals("5.00 EUR", credit(account));
    }

    /** getlago/lago-api PR #2542: paid in advance, then taken from the wallet once more. */
    @Test
    void creditIsTakenOnceHoweverManyPayAtOnce() throws Exception {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);
        ledger.grantCredit(ADA, account, new NewGrant("30.00", "welcome"));
        List<Callable<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            runs.add(allocator::payOpen);
        }

        int paid = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> run : threads.invokeAll(runs)) {
                run.get();
            }
        }
        for (Allocation part : payments.ofInvoice(ADA, invoice).allocations()) {
            paid += Math.toIntExact(part.amount().minor());
        }

        assertEquals(1_190, paid);
        assertEquals("18.10 EUR", credit(account));
        assertEquals("PAID", state(invoice));
    }

    @Test
    void creditPaysAPartOnlyForAccountsThatWantIt() {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);
        ledger.grantCredit(ADA, account, new NewGrant("3.00", "welcome"));

        allocator.payOpen();
        assertEquals("11.90 EUR", openOf(invoice));

        settings.partly(new AccountId(account), true);
        allocator.payOpen();
        assertEquals("8.90 EUR", openOf(invoice));
        assertEquals("0.00 EUR", credit(account));
    }

    /** One account at a time, one try in each run: those that have nothing, or too little, keep nobody from being paid. */
    @Test
    void whatCannotBePaidKeepsNobodyFromBeingPaid() {
        for (int i = 0; i < 4; i++) {
            billed.account();
        }
        for (int i = 0; i < 4; i++) {
            ledger.grantCredit(ADA, billed.account(), new NewGrant("1.00", "too little"));
        }
        UUID one = billed.account();
        UUID other = billed.account();
        allocator.payOpen();
        ledger.grantCredit(ADA, one, new NewGrant("11.90", "enough"));
        ledger.grantCredit(ADA, other, new NewGrant("11.90", "enough"));

        assertEquals(1, allocator.payOpen(1, 1));
        assertEquals(1, allocator.payOpen(1, 1));

        assertEquals("0.00 EUR", openOf(billed.invoiceOf(one)));
        assertEquals("0.00 EUR", openOf(billed.invoiceOf(other)));
        assertEquals(0, allocator.payOpen(1, 1));
    }

    /** Invoices that another transaction holds are passed over, and the next run goes on behind them. */
    @Test
    void whatIsHeldIsPassedOverAndTheNextRunGoesOnBehindIt() throws Exception {
        UUID held = billed.account();
        UUID free = billed.account();
        boolean heldFirst = held.toString().compareTo(free.toString()) < 0;
        assertTrue(heldFirst, "ids grow");
        allocator.payOpen();
        ledger.grantCredit(ADA, held, new NewGrant("11.90", "enough"));
        ledger.grantCredit(ADA, free, new NewGrant("11.90", "enough"));
        UUID invoice = billed.invoiceOf(held);

        transactions.run(() -> {
            open.lock(new InvoiceId(invoice));
            try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
                assertEquals(0, other.submit(() -> allocator.payOpen(1, 1)).get());
                assertEquals(1, other.submit(() -> allocator.payOpen(1, 1)).get());
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });

        assertEquals("11.90 EUR", openOf(invoice));
        assertEquals("0.00 EUR", openOf(billed.invoiceOf(free)));
        // to the end, and from the beginning
        allocator.payOpen();
        allocator.payOpen();
        assertEquals("0.00 EUR", openOf(invoice));
    }

    @Test
    void theDatabaseRefusesToPayMoreThanIsOpen() {
        UUID invoice = billed.invoiceOf(billed.account());

        DatabaseException refused = assertThrows(
                DatabaseException.class, () -> open.paid(new InvoiceId(invoice), Money.of("11.91", "EUR")));

        assertEquals(Optional.of("ck_invoice_balance_open"), refused.brokenCheck());
    }

    @Test
    void anUnmatchedPaymentWaitsForStaffAndIsAssignedOnce() {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);
        Receipt receipt = new Receipt(
                Payment.Method.BANK_TRANSFER,
                "entry-" + account,
                Money.of("11.90", "EUR"),
                Payment.Payer.UNKNOWN,
                clock.instant());
        UUID id = receipts.bookUnmatched(ADA, receipt, "no reference")
                .orElseThrow()
                .id();
        assertEquals(Optional.empty(), receipts.bookUnmatched(ADA, receipt, "again"));
        Assignment assignment = new Assignment(null, invoice.toString(), "called the customer");

        Payment assigned = desk.assign(ADA, id, assignment);

        assertEquals(State.RECEIVED, assigned.state());
        assertEquals(Optional.of(new InvoiceId(invoice)), assigned.invoice());
        assertEquals("PAID", state(invoice));
        assertThrows(Problem.class, () -> desk.assign(ADA, id, assignment));
    }

    @Test
    void whatExpiresFirstIsSpentFirstAndTheTraceShowsIt() {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);
        Payment paidIn = pay(account, null, "10.00");
        String soon = clock.instant().plusSeconds(3_600).toString();
        ledger.grantCredit(ADA, account, new NewGrant("5.00", "for a week", soon));

        allocator.payOpen();

        List<Allocation> parts = payments.ofInvoice(ADA, invoice).allocations();
        assertEquals(
                List.of("5.00 EUR", "6.90 EUR"),
                parts.stream().map(p -> p.amount().toString()).toList());
        assertEquals(Optional.empty(), parts.getFirst().payment());
        assertEquals(Optional.of(paidIn.id()), parts.get(1).payment());
    }

    @Test
    void grantedCreditExpiresOnceAndPaidMoneyNever() {
        UUID account = seed.account();
        pay(account, null, "10.00");
        String soon = clock.instant().plusSeconds(3_600).toString();
        ledger.grantCredit(ADA, account, new NewGrant("5.00", "for an hour", soon));
        database.update(
                "UPDATE credit_lot SET expires_at = ? WHERE account_id = ? AND expires_at IS NOT NULL",
                clock.instant(),
                account);

        expiry.run();
        expiry.run();

        assertEquals("10.00 EUR", credit(account));
    }

    @Test
    void whatIsOverdueIsSeenUntilItIsPaid() {
        UUID account = billed.account();
        UUID invoice = billed.invoiceOf(account);
        assertEquals(List.of(), open.overdue(new AccountId(account)));
        billed.overdue(invoice);

        assertEquals(1, open.overdue(new AccountId(account)).size());
        assertTrue(open.overdueAccounts(Optional.empty(), 10_000).contains(new AccountId(account)));

        pay(account, invoice.toString(), "11.90");
        assertEquals(List.of(), open.overdue(new AccountId(account)));
    }
}
