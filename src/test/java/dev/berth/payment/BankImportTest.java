package dev.berth.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.store.LedgerService;
import dev.berth.payment.BankImport.Imported;
import dev.berth.payment.PaymentDesk.Assignment;
import dev.berth.platform.Caller;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Billed;
import dev.berth.testing.CamtFile;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BankImportTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BankImport imports;

    @Inject
    PaymentService payments;

    @Inject
    PaymentDesk desk;

    @Inject
    OpenInvoices open;

    @Inject
    LedgerService ledger;

    @Inject
    Billed billed;

    @Inject
    Seed seed;

    private UUID account = new UUID(0, 0);
    private UUID invoice = new UUID(0, 0);
    private String label = "";
    private final String payer = "DE-" + UUID.randomUUID();

    @BeforeEach
    void anInvoice() {
        account = billed.account();
        invoice = billed.invoiceOf(account);
        label = billed.labelOf(invoice);
    }

    @AfterEach
    void theBooksAgree() {
        assertTrue(ledger.trialBalance(ADA).sound());
    }

    private static String unique() {
        return UUID.randomUUID().toString().substring(1);
    }

    private Imported take(CamtFile file) {
        return imports.take(ADA, file.bytes());
    }

    private String openAmount() {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
    }

    private String credit() {
        return ledger.statement(ADA, account).credit().toString();
    }

    @Test
    void aReferencePaysItsInvoiceAndTheSameFileAgainAddsNothing() {
        String reference = CreditorReference.ofLabel(label).toString();
        CamtFile file = new CamtFile("08", unique())
                .in(unique(), "12.00", payer, reference)
                .out(unique(), "3.00");

        assertEquals(new Imported(1, 1, 0, 1, 0, 0), take(file));
        assertEquals(new Imported(1, 0, 0, 0, 2, 0), take(file));

        assertEquals("0.00 EUR", openAmount());
        assertEquals("0.10 EUR", credit());
        Payment payment = payments.list(ADA, account, Page.Ask.FIRST).items().getFirst();
        assertEquals(Optional.of(Instant.parse("2026-01-15T00:00:00Z")), payment.receivedAt());
    }

    @Test
    void theMonthlyStatementRepeatsTheDailyOnes() {
        String entry = unique();
        take(new CamtFile("08", unique()).in(entry, "5.00", payer, label));

        assertEquals(
                new Imported(1, 0, 0, 0, 1, 0), take(new CamtFile("02", unique()).in(entry, "5.00", payer, label)));

        assertEquals("6.90 EUR", openAmount());
    }

    @Test
    void theNumberInTheTextIsEnough() {
        take(new CamtFile("08", unique()).in(unique(), "11.90", payer, "Rechnung " + label + ", danke"));

        assertEquals("0.00 EUR", openAmount());
    }

    @Test
    void aReferenceInTheTextIsFoundWithItsSpaces() {
        String printed = CreditorReference.ofLabel(label).printed();

        take(new CamtFile("08", unique()).in(unique(), "11.90", payer, "ref " + printed + " thanks"));

        assertEquals("0.00 EUR", openAmount());
    }

    @Test
    void theAccountsOwnReferenceIsATopUp() {
        String reference = payments.settings(ADA, account).reference().toString();

        take(new CamtFile("02", unique()).in(unique(), "50.00", payer, reference));

        assertEquals("50.00 EUR", credit());
        assertEquals("11.90 EUR", openAmount());
    }

    @Test
    void aKnownPayerOfTheExactAmountIsMatchedAnyOtherWaits() {
        Imported stranger = take(new CamtFile("08", unique()).in(unique(), "11.90", payer, "hosting"));
        assertEquals(1, stranger.unmatched());
        UUID waiting = waiting();
        desk.assign(ADA, waiting, new Assignment(account.toString(), null, "called"));
        assertEquals("11.90 EUR", credit());

        assertEquals(
                1,
                take(new CamtFile("08", unique()).in(unique(), "11.89", payer, "hosting"))
                        .unmatched());
        assertEquals(
                1,
                take(new CamtFile("08", unique()).in(unique(), "11.90", payer, "hosting"))
                        .matched());
        assertEquals("0.00 EUR", openAmount());
    }

    private UUID waiting() {
        List<Payment> unmatched =
                desk.list(ADA, Payment.State.UNMATCHED, Page.Ask.FIRST).items();
        return unmatched.stream()
                .filter(p -> p.payer().account().equals(Optional.of(payer)))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void aFileThatIsNoneIsRefusedWithTheReason() {
        Problem refused = assertThrows(
                Problem.class, () -> imports.take(ADA, "<a/>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertEquals("invalid-input", refused.code());
    }

    @Test
    void staffUploadAFileAndSeeWhatBecameOfIt() {
        String body =
                new CamtFile("08", unique()).in(unique(), "1.00", payer, "what").text();

        Given.browsing(Given.ADMIN)
                .contentType("application/xml")
                .body(body)
                .post("/api/admin/v1/bank-statements")
                .then()
                .statusCode(200)
                .body("unmatched", Matchers.equalTo(1));
    }
}
