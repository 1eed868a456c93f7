package dev.berth.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.invoice.InvoicePayer;
import dev.berth.invoice.InvoicePayer.Planned;
import dev.berth.invoice.OpenInvoices;
import dev.berth.mail.Outbox;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.Billed;
import dev.berth.testing.Given;
import dev.berth.testing.StripeWire;
import dev.berth.units.InvoiceId;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A customer with one VPS and its invoice of 11.90, who may save a card, and what tests of it ask. */
abstract class CardScene {
    static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    CardCharges charges;

    @Inject
    Checkout checkout;

    @Inject
    PaymentJanitor janitor;

    @Inject
    PaymentService payments;

    @Inject
    InvoicePayer payer;

    @Inject
    OpenInvoices open;

    @Inject
    Outbox outbox;

    @Inject
    StripeWire stripe;

    @Inject
    Billed billed;

    @Inject
    Transactions transactions;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    String owner = "";
    UUID account = new UUID(0, 0);
    UUID invoice = new UUID(0, 0);

    @BeforeEach
    void anInvoice() {
        // what other tests left
        database.update("UPDATE invoice_charge SET next_at = NULL");
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        database.update("UPDATE account SET email = 'owner@example.org' WHERE id = ?", account);
        billed.invoice(account);
        invoice = billed.invoiceOf(account);
    }

    @AfterEach
    void theLineIsWhole() {
        stripe.control("lose/off");
        stripe.control("key/good");
    }

    /** As if its owner had saved it on Stripe's page. */
    void saveCard(String card) {
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card) VALUES (?, ?, ?, ?)",
                account,
                CreditorReference.ofAccount(account).body(),
                "cus_" + account,
                card);
    }

    ValidatableResponse chargeCard(boolean charge) {
        return Given.as(owner)
                .body(Map.of("chargeCard", charge))
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then();
    }

    /** As who writes the invoice's mail does. */
    Optional<Planned> told() {
        return transactions.run(() -> payer.tell(
                new InvoiceId(invoice),
                open.find(new InvoiceId(invoice)).orElseThrow().dueAt()));
    }

    void agreedAndTold() {
        chargeCard(true).statusCode(200);
        assertTrue(told().isPresent());
    }

    void itsDayHasCome() {
        Instant now = clock.instant();
        database.update(
                "UPDATE invoice_charge SET told_at = ?, next_at = ? WHERE invoice_id = ?",
                now.minus(Duration.ofDays(30)),
                now,
                invoice);
    }

    /** A charge that is noted and not sent yet. */
    UUID begun() {
        agreedAndTold();
        itsDayHasCome();
        UUID begun = charges.next().orElseThrow().payment().orElseThrow();
        assertEquals(State.CREATED, state(begun));
        return begun;
    }

    /** As if the time had come to look after whatever has no end yet. */
    void look() {
        for (String table : List.of("payment", "card_removal")) {
            database.update(
                    "UPDATE " + table + " SET next_look_at = ? WHERE account_id = ? AND next_look_at IS NOT NULL",
                    clock.instant(),
                    account);
        }
        janitor.run();
    }

    List<Payment> all() {
        return payments.list(ADA, account, Page.Ask.FIRST).items();
    }

    State state(UUID payment) {
        return payments.get(ADA, payment).state();
    }

    int chargedAtStripe(UUID payment) {
        return stripe.control("count/" + payment).jsonPath().getInt("count");
    }

    /** The mail that an attempt did not work; empty where there is none. */
    String mail(int attempt) {
        return outbox.ofKey("charge-failed/" + invoice + "/" + attempt)
                .map(sent -> sent.mail().text())
                .orElse("");
    }

    /** When the next attempt is due. */
    Optional<Instant> next() {
        return database.one(
                        "SELECT next_at FROM invoice_charge WHERE invoice_id = ?",
                        row -> row.optionalInstant("next_at"),
                        invoice)
                .flatMap(at -> at);
    }

    /** That it was looked for as often as it takes to believe that it was never sent. */
    void lookedForInVain() {
        for (int i = 0; i < 4; i++) {
            look();
        }
    }
}
