package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.payment.Payment;
import dev.berth.payment.PaymentDesk;
import dev.berth.payment.PaymentDesk.NewBankPayment;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.testing.Billed;
import dev.berth.testing.CamtFile;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is open and how to pay it; staff's unmatched payments. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class PaymentPagesTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Billed billed;

    @Inject
    PaymentDesk desk;

    @Inject
    LedgerService ledger;

    @Inject
    OpenInvoices open;

    @Inject
    Database database;

    private String owner = "";
    private UUID account = new UUID(0, 0);
    private UUID invoice = new UUID(0, 0);

    @BeforeEach
    void anInvoice() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        billed.invoice(account);
        invoice = billed.invoiceOf(account);
    }

    private static Response open(String caller, String path) {
        Response shown = Given.browsing(caller).get(path);
        PageRules.check(shown, 200);
        return shown;
    }

    private static Response send(String caller, String path, String key, Map<String, String> fields) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParams(fields)
                .post(path);
    }

    private static String key(Response shown) {
        Matcher key = KEY.matcher(shown.asString());
        assertTrue(key.find(), shown.asString());
        return key.group(1);
    }

    private String openAmount() {
        return open.find(new InvoiceId(invoice)).orElseThrow().open().toString();
    }

    @Test
    void anInvoiceIsPaidFromCreditOnceHoweverOftenTheFormIsSent() {
        ledger.grantCredit(ADA, account, new NewGrant("5.00", "welcome"));
        Response page = open(owner, "/billing/payments");
        assertTrue(page.asString().contains("11.90"), page.asString());
        assertTrue(page.asString().contains("RF"), "the reference for a transfer");
        String path = "/billing/payments/invoices/" + invoice + "/credit";

        assertEquals(303, send(owner, path, key(page), Map.of()).statusCode());
        assertEquals(303, send(owner, path, key(page), Map.of()).statusCode());

        assertEquals("6.90 EUR", openAmount());
    }

    @Test
    void aTopUpLeadsToThePageOfTheProvider() {
        String key = key(open(owner, "/billing/payments"));

        Response begun = send(owner, "/billing/payments/top-ups", key, Map.of("amount", "20.00"));
        Response refused =
                send(owner, "/billing/payments/top-ups", UUID.randomUUID().toString(), Map.of("amount", "x"));

        String path = begun.header("Location").replaceFirst("^https?://[^/]+", "");
        assertTrue(open(owner, path).asString().contains("href=\"https://pay.example.org/"));
        assertEquals(422, refused.statusCode());
        PageRules.check(refused, 422);
    }

    @Test
    void aCardIsSavedAndAgreedToBeCharged() {
        String page = "/billing/payments";
        String key = key(open(owner, page));
        Response refused =
                send(owner, page + "/charge-card", UUID.randomUUID().toString(), Map.of("chargeCard", "true"));
        PageRules.check(refused, 409);
        Response card = send(owner, page + "/card", key, Map.of());
        PageRules.check(card, 200);
        assertTrue(card.asString().contains("href=\"https://pay.example.org/"), card.asString());
        database.update(
                "UPDATE payment_account SET gateway_customer = ?, gateway_card = 'pm_good' WHERE account_id = ?",
                "cus_" + account,
                account);
        Response shown = open(owner, page);
        assertTrue(shown.asString().contains("I agree"), shown.asString());

        assertEquals(
                303,
                send(owner, page + "/charge-card", key(shown), Map.of("chargeCard", "true"))
                        .statusCode());

        Response agreed = open(owner, page);
        assertTrue(agreed.asString().contains("charged-since"), agreed.asString());
        assertEquals(
                303,
                send(owner, page + "/charge-card", key(agreed), Map.of("chargeCard", "false"))
                        .statusCode());
        assertTrue(open(owner, page).asString().contains("I agree"));
    }

    @Test
    void aSavedCardIsRemovedOnceHoweverOftenTheFormIsSent() {
        String page = "/billing/payments";
        String key = key(open(owner, page));
        assertFalse(open(owner, page).asString().contains("Remove the card"));
        database.update(
                "UPDATE payment_account SET gateway_customer = ?, gateway_card = 'pm_first' WHERE account_id = ?",
                "cus_" + account,
                account);
        assertTrue(open(owner, page).asString().contains("Remove the card"));

        assertEquals(303, send(owner, page + "/card-removal", key, Map.of()).statusCode());
        Response gone = open(owner, page);
        assertTrue(gone.asString().contains("No card is saved."), gone.asString());
        // sent again, after another card was saved
        database.update("UPDATE payment_account SET gateway_card = 'pm_second' WHERE account_id = ?", account);
        assertEquals(303, send(owner, page + "/card-removal", key, Map.of()).statusCode());

        assertTrue(open(owner, page).asString().contains("A card is saved"));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM card_removal WHERE account_id = ? AND card = 'pm_first'", account));
    }

    @Test
    void staffSeeRemovedCardsThatTheGatewayDidNotLetGoAndAskAgain() {
        UUID removal = kept();

        Response shown = open(Given.ADMIN, "/staff/payments");

        assertTrue(shown.asString().contains("pm_kept_" + account), shown.asString());
        assertTrue(shown.asString().contains("no answer: api_error"), shown.asString());
        String path = "/staff/payments/card-removals/" + removal + "/again";
        assertEquals(303, send(Given.ADMIN, path, key(shown), Map.of()).statusCode());
        assertFalse(open(Given.ADMIN, "/staff/payments").asString().contains("pm_kept_" + account));
    }

    @Test
    void itsOwnerAsksAgainToo() {
        kept();
        Response shown = open(owner, "/billing/payments");
        assertTrue(shown.asString().contains("1 card that you removed is still kept"), shown.asString());

        assertEquals(
                303,
                send(owner, "/billing/payments/cards-kept", key(shown), Map.of())
                        .statusCode());

        assertFalse(open(owner, "/billing/payments").asString().contains("still kept"));
    }

    /** A removed card that was given up; by now Stripe does not know it any more. */
    private UUID kept() {
        UUID removal = UUID.randomUUID();
        database.update(
                "INSERT INTO card_removal (id, account_id, customer, card, asked_by, asked_at, state, reason)"
                        + " VALUES (?, ?, 'cus_kept', ?, 'test', NOW(6), 'FAILED', 'no answer: api_error')",
                removal,
                account,
                "pm_kept_" + account);
        return removal;
    }

    @Test
    void staffAskAgainAboutAPaymentWhoseEndIsNotKnown() {
        UUID payment = UUID.randomUUID();
        database.update(
                "INSERT INTO payment (id, account_id, method, state, currency, amount, attempts, created_by, created_at)"
                        + " VALUES (?, ?, 'STRIPE', 'UNKNOWN', 'EUR', 100, 24, 'test', NOW(6))",
                payment,
                account);
        String path = "/staff/payments/" + payment + "/again";

        Response sent = send(Given.ADMIN, path, key(open(Given.ADMIN, "/staff/payments")), Map.of());

        assertEquals(303, sent.statusCode());
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM payment WHERE id = ? AND attempts = 0 AND next_look_at IS NOT NULL",
                        payment));
        database.update(
                "UPDATE payment SET state = 'FAILED', reason = 'test', next_look_at = NULL WHERE id = ?", payment);
        Response late = send(Given.ADMIN, path, UUID.randomUUID().toString(), Map.of());
        PageRules.check(late, 409);
    }

    @Test
    void staffSeeAPaymentThatWasOnItsWayForTooLong() {
        UUID payment = stripePayment("PENDING", "asked for 30 days, and still on its way");

        String shown = open(Given.ADMIN, "/staff/payments").asString();

        assertTrue(shown.contains("/staff/payments/" + payment + "/again"), shown);
        assertTrue(shown.contains("asked for 30 days, and still on its way"), shown);
    }

    @Test
    void staffAskAgainAboutARefundWhoseEndIsNotKnown() {
        UUID payment = stripePayment("FAILED", "test");
        UUID refund = UUID.randomUUID();
        database.update(
                "INSERT INTO refund (id, payment_id, state, amount, why, reason, attempts, created_by, created_at)"
                        + " VALUES (?, ?, 'PENDING', 100, 'test', 'asked for 60 days', 82, 'test', NOW(6))",
                refund,
                payment);
        String link = "<a href=\"/staff/payments/" + payment + "\">";
        assertTrue(open(Given.ADMIN, "/staff/payments").asString().contains(link));
        Response page = open(Given.ADMIN, "/staff/payments/" + payment);
        assertTrue(page.asString().contains("asked for 60 days"), page.asString());
        String path = "/staff/payments/" + payment + "/refunds/" + refund + "/again";
        assertTrue(page.asString().contains(path), page.asString());

        Response sent = send(Given.ADMIN, path, key(page), Map.of());

        assertEquals(303, sent.statusCode());
        assertFalse(open(Given.ADMIN, "/staff/payments").asString().contains(link));
        database.update("UPDATE refund SET state = 'SUCCEEDED', next_look_at = NULL WHERE id = ?", refund);
        PageRules.check(send(Given.ADMIN, path, UUID.randomUUID().toString(), Map.of()), 409);
    }

    private UUID stripePayment(String state, String reason) {
        UUID payment = UUID.randomUUID();
        database.update(
                "INSERT INTO payment (id, account_id, method, state, currency, amount, reason, created_by, created_at)"
                        + " VALUES (?, ?, 'STRIPE', ?, 'EUR', 100, ?, 'test', NOW(6))",
                payment,
                account,
                state,
                reason);
        return payment;
    }

    @Test
    void staffTakeAStatementInAndAssignWhatIsUnmatched() {
        String text = "for " + UUID.randomUUID();
        byte[] file = new CamtFile("08", UUID.randomUUID().toString().substring(1))
                .in(UUID.randomUUID().toString(), "11.90", "DE1", text)
                .bytes();
        open(Given.ADMIN, "/staff/payments");

        Response taken = Given.browsing(Given.ADMIN)
                .multiPart("file", "statement.xml", file, "application/xml")
                .post("/staff/payments/statements");
        PageRules.check(taken, 200);
        assertTrue(taken.asString().contains(text));
        UUID payment = database.one("SELECT id FROM payment WHERE remittance = ?", row -> row.uuid("id"), text)
                .orElseThrow();
        Response page = open(Given.ADMIN, "/staff/payments/" + payment);
        Map<String, String> fields = Map.of("invoiceId", invoice.toString(), "reason", "he called");
        Response assigned = send(Given.ADMIN, "/staff/payments/" + payment + "/assignment", key(page), fields);

        assertEquals(303, assigned.statusCode(), assigned.asString());
        assertEquals("0.00 EUR", openAmount());
        assertTrue(open(Given.ADMIN, "/staff/payments").asString().contains("/staff/payments/" + payment));
    }

    @Test
    void staffSendBackOnceWhatIsStillCredit() {
        String reference = UUID.randomUUID().toString();
        Payment paid = desk.record(ADA, new NewBankPayment(null, invoice.toString(), "20.00", reference, "Carla"));
        String path = "/staff/payments/" + paid.id();
        String key = key(open(Given.ADMIN, path));
        Map<String, String> tooMuch = Map.of("amount", "9.00", "reason", "paid too much");
        Map<String, String> fields = Map.of("amount", "8.10", "reason", "paid too much");

        PageRules.check(send(Given.ADMIN, path + "/refunds", UUID.randomUUID().toString(), tooMuch), 409);
        assertEquals(303, send(Given.ADMIN, path + "/refunds", key, fields).statusCode());
        assertEquals(303, send(Given.ADMIN, path + "/refunds", key, fields).statusCode());

        assertEquals("0.00 EUR", ledger.statement(ADA, account).credit().toString());
        assertTrue(open(Given.ADMIN, path).asString().contains("paid too much"));
    }
}
