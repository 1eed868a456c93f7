package dev.berth.payment;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.State;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.testing.StripeWire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has no end at the gateway is looked at rarer each time, and not for ever. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class LooksTest extends CardScene {
    private static final int FAR_TOO_MANY = 300;

    @Inject
    PaymentStore paymentStore;

    @Inject
    RefundStore refundStore;

    @AfterEach
    void refundsArrive() {
        stripe.control("refunds/succeeded");
    }

    private JsonPath topUp() {
        return Given.once(owner)
                .body(Map.of("amount", "20.00"))
                .post("/api/v1/accounts/" + account + "/top-ups")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    private String paidPage(UUID payment) {
        return stripe.control("pay/" + paymentStore.sessionId(payment).orElseThrow())
                .asString();
    }

    private UUID refundOnItsWay() {
        stripe.control("refunds/pending");
        UUID payment = topUp().getUUID("payment.id");
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", paidPage(payment))));
        JsonPath refund = Given.once(Given.ADMIN)
                .body(Map.of("amount", "5.00", "reason", "asked for it"))
                .post("/api/admin/v1/payments/" + payment + "/refunds")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        assertEquals("PENDING", refund.getString("state"));
        return refund.getUUID("id");
    }

    private Optional<Instant> nextLook(String table, UUID id) {
        return database.one(
                        "SELECT next_look_at FROM " + table + " WHERE id = ?",
                        row -> row.optionalInstant("next_look_at"),
                        id)
                .flatMap(at -> at);
    }

    /** As if its time had come, until there is no next one. The waits before each look. */
    private List<Duration> waits(String table, UUID id, Runnable look) {
        List<Duration> waits = new ArrayList<>();
        Instant before = clock.instant();
        Optional<Instant> next = nextLook(table, id);
        while (next.isPresent() && waits.size() < FAR_TOO_MANY) {
            waits.add(Duration.between(before, next.get()));
            // before whatever other tests have left
            database.update("UPDATE " + table + " SET next_look_at = '2001-01-01' WHERE id = ?", id);
            before = clock.instant();
            look.run();
            next = nextLook(table, id);
        }
        return waits;
    }

    /** Its customer pays the invoice on a page by bank debit, which is the bank's for days. */
    private UUID debit() {
        UUID payment = Given.once(owner)
                .body(Map.of("savedCard", false))
                .post("/api/v1/invoices/" + invoice + "/card-payments")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("payment.id");
        debitIs(payment, "processing");
        return payment;
    }

    private void debitIs(UUID payment, String status) {
        stripe.control("debit/" + paymentStore.sessionId(payment).orElseThrow() + "/" + status);
    }

    private static void rarerEachTimeAndOver(List<Duration> waits, long days) {
        Duration total = waits.stream().reduce(Duration.ZERO, Duration::plus);
        assertTrue(total.toDays() >= days - 1 && total.toDays() <= days + 1, total + " of " + waits.size());
        for (int i = 0; i < waits.size(); i++) {
            Duration most = i < 24 ? Duration.ofHours(3) : Duration.ofDays(1);
            assertTrue(waits.get(i).compareTo(most.plusMinutes(5)) <= 0, "look " + i + " after " + waits.get(i));
        }
    }

    private List<String> givenUp() {
        return Given.as(Given.SUPPORT)
                .get("/api/admin/v1/refunds")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("id");
    }

    private Refund refund(UUID id) {
        return refundStore.find(id).orElseThrow();
    }

    @Test
    void aRefundIsLookedAtForSixtyDaysThenStaffMust() {
        UUID refund = refundOnItsWay();

        rarerEachTimeAndOver(waits("refund", refund, janitor::run), 60);

        assertEquals(Refund.State.PENDING, refund(refund).state());
        assertTrue(refund(refund).reason().orElse("").contains("60 days"), refund(refund)::toString);
        assertTrue(givenUp().contains(refund.toString()));
        String path = "/api/admin/v1/refunds/" + refund + "/actions/ask-again";
        Given.as(Given.SUPPORT).post(path).then().statusCode(200);
        assertTrue(nextLook("refund", refund).isPresent());
        Given.as(Given.SUPPORT).get("/api/admin/v1/refunds").then().body("id", not(hasItem(refund.toString())));
        rarerEachTimeAndOver(waits("refund", refund, janitor::run), 60);
        assertTrue(givenUp().contains(refund.toString()));
    }

    @Test
    void anEventThatComesLaterSettlesIt() {
        UUID refund = refundOnItsWay();
        database.update("UPDATE refund SET attempts = 82, next_look_at = NULL WHERE id = ?", refund);
        String object =
                "{\"id\":\"re_%s\",\"object\":\"refund\",\"status\":\"%s\",\"amount\":500,\"currency\":\"eur\",\"metadata\":{\"refund\":\"%s\"}}";

        assertEquals(204, stripe.send(StripeWire.event("refund.updated", object.formatted(refund, "pending", refund))));
        assertTrue(givenUp().contains(refund.toString()), "that it is on its way still is no end");
        assertEquals(
                204, stripe.send(StripeWire.event("refund.updated", object.formatted(refund, "succeeded", refund))));

        assertEquals(Refund.State.SUCCEEDED, refund(refund).state());
        assertTrue(refund(refund).reason().isEmpty());
        Given.as(Given.SUPPORT)
                .post("/api/admin/v1/refunds/" + refund + "/actions/ask-again")
                .then()
                .statusCode(409);
    }

    @Test
    void aPaymentOnItsWayIsLookedAtForThirtyDaysThenStaffMust() {
        UUID payment = topUp().getUUID("payment.id");

        rarerEachTimeAndOver(waits("payment", payment, janitor::run), 30);

        assertEquals(State.PENDING, state(payment));
        Given.as(Given.SUPPORT)
                .get("/api/admin/v1/payments?state=PENDING&limit=100")
                .then()
                .body("items.find { it.id == '" + payment + "' }.reason", containsString("30 days"));
        Given.as(Given.SUPPORT)
                .post("/api/admin/v1/payments/" + payment + "/actions/ask-again")
                .then()
                .statusCode(200);
        assertTrue(nextLook("payment", payment).isPresent());
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", paidPage(payment))));
        assertEquals(State.RECEIVED, state(payment));
    }

    /** Stripe's page stays complete and unpaid for good, and its word that the bank refused the debit was lost. */
    @ParameterizedTest
    @CsvSource({"requires_payment_method, the bank refused it", "canceled, it was called off at the payment provider"})
    void aBankDebitThatEndedWithoutMoneyFreesItsInvoice(String status, String reason) {
        UUID payment = debit();
        look();
        assertEquals(State.PENDING, state(payment), "it is on its way");
        debitIs(payment, "requires_action");
        look();
        assertEquals(State.PENDING, state(payment), "its customer may still show the bank account to be his");

        debitIs(payment, status);
        look();

        assertEquals(State.FAILED, state(payment));
        assertEquals(Optional.of(reason), payments.get(ADA, payment).reason());
        saveCard("pm_good");
        Given.once(owner)
                .body(Map.of("savedCard", true))
                .post("/api/v1/invoices/" + invoice + "/card-payments")
                .then()
                .statusCode(201)
                .body("payment.state", equalTo("RECEIVED"));
    }

    /** One lost answer among many does not end it early. */
    @Test
    void whatCannotBeAskedForOnceIsAskedForOn() {
        UUID payment = topUp().getUUID("payment.id");
        database.update("UPDATE payment SET attempts = 30, next_look_at = NOW(6) WHERE id = ?", payment);

        stripe.control("key/refused");
        janitor.run();

        assertEquals(State.UNKNOWN, state(payment));
        assertTrue(nextLook("payment", payment).isPresent());
    }

    /** Whoever claims a look may break before it notes anything. */
    @Test
    void looksThatBreakHaveTheSameLimit() {
        UUID refund = refundOnItsWay();
        UUID payment = topUp().getUUID("payment.id");

        List<Duration> ofRefund = waits(
                "refund",
                refund,
                () -> assertEquals(
                        refund,
                        refundStore.claimDue(Method.STRIPE).orElseThrow().id()));
        List<Duration> ofPayment = waits(
                "payment",
                payment,
                () -> assertEquals(
                        payment,
                        paymentStore.claimDue(Method.STRIPE).orElseThrow().id()));

        rarerEachTimeAndOver(ofRefund, 60);
        rarerEachTimeAndOver(ofPayment, 30);
        assertTrue(refund(refund).reason().orElse("").contains("60 days"));
        assertTrue(payments.get(ADA, payment).reason().orElse("").contains("30 days"));
    }
}
