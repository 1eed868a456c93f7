package dev.berth.payment;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.StripeDouble;
import dev.berth.testing.StripeWire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Saved cards that are removed or replaced: gone here at once, and at Stripe, whatever breaks. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class CardRemovalTest extends CardScene {
    @Inject
    CardRemovals removals;

    /** Its owner saves a card on Stripe's page, which tells nobody yet. */
    private String page() {
        String next = Given.once(owner)
                .body("{}")
                .post("/api/v1/accounts/" + account + "/cards")
                .then()
                .statusCode(200)
                .extract()
                .path("next");
        return stripe.control("pay/" + next.substring(next.lastIndexOf('/') + 1))
                .asString();
    }

    /** Each time as an event of its own. */
    private void told(String page) {
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", page)));
    }

    private String cardOf(String page) {
        String intent = JsonPath.from(page).getString("setup_intent");
        return JsonPath.from(stripe.object("setup_intents/" + intent)).getString("payment_method");
    }

    private String saved() {
        String page = page();
        told(page);
        return cardOf(page);
    }

    private void remove() {
        Given.as(owner).delete("/api/v1/accounts/" + account + "/cards").then().statusCode(204);
    }

    private void settingsSay(boolean cardSaved, boolean chargeCard) {
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(200)
                .body("cardSaved", equalTo(cardSaved))
                .body("chargeCard", equalTo(chargeCard));
    }

    private boolean atStripe(String card) {
        return JsonPath.from(stripe.object("payment_methods/" + card)).getString("customer") != null;
    }

    private int askedToDetach(String card) {
        return JsonPath.from(stripe.object("payment_methods/" + card)).getInt("detach_asked");
    }

    private String state(String card) {
        return database.one(
                        "SELECT state FROM card_removal WHERE account_id = ? AND card = ?",
                        row -> row.text("state"),
                        account,
                        card)
                .orElse("none");
    }

    private long audited(String action) {
        return database.number(
                "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action = ?", account, action);
    }

    @Test
    void aRemovedCardIsGoneHereAndThereAndWhatWasAgreedHasEnded() {
        String card = saved();
        agreedAndTold();

        remove();
        remove();

        settingsSay(false, false);
        assertEquals(Optional.empty(), next());
        assertEquals(0, charges.run());
        assertFalse(atStripe(card));
        assertEquals(1, askedToDetach(card));
        assertEquals("DONE", state(card));
        assertEquals(1, audited("payment.card-remove"));
        assertEquals(1, audited("payment.charge-withdraw"));
        assertEquals(List.of(), all());
    }

    @Test
    void withoutACardNothingIsDone() {
        remove();

        assertEquals(0, audited("payment.card-remove"));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM card_removal WHERE account_id = ?", account));
    }

    @Test
    void anAnswerThatWasLostIsAskedForAndTheCardGoesOnce() {
        String card = saved();
        stripe.control("lose/on");
        remove();
        stripe.control("lose/off");
        settingsSay(false, false);
        assertEquals("UNKNOWN", state(card));

        look();
        look();

        assertEquals("DONE", state(card));
        assertEquals(1, askedToDetach(card));
    }

    /** Killed after it was noted, before it was sent. */
    @Test
    void whatWasNotedAndNeverSentIsDoneByTheJanitor() {
        String card = saved();
        removals.begin(new Caller(owner.substring(0, owner.indexOf(';')), "", "", Set.of(Role.CUSTOMER)), account);
        settingsSay(false, false);
        assertEquals("CREATED", state(card));
        assertTrue(atStripe(card));

        look();

        assertEquals("DONE", state(card));
        assertFalse(atStripe(card));
        assertEquals(1, askedToDetach(card));
    }

    @Test
    void anEventThatComesLateDoesNotBringACardBack() {
        String page = page();
        told(page);
        remove();

        told(page);

        settingsSay(false, false);
        String another = saved();
        told(page);
        settingsSay(true, false);
        look();
        assertEquals("none", state(another));
        assertTrue(atStripe(another));
    }

    @Test
    void aCardThatAnotherReplacesIsRemovedAndWhatWasAgreedStays() {
        String first = page();
        told(first);
        agreedAndTold();
        String second = page();

        told(second);
        told(second);
        told(first);
        look();

        assertNotEquals(cardOf(first), cardOf(second));
        settingsSay(true, true);
        assertTrue(next().isPresent());
        assertEquals("DONE", state(cardOf(first)));
        assertFalse(atStripe(cardOf(first)));
        assertEquals("none", state(cardOf(second)));
        assertTrue(atStripe(cardOf(second)));
        assertEquals(1, audited("payment.card-remove"));
    }

    @Test
    void ofTwoCardsTheLaterOneStaysInWhateverOrderTheyAreTold() {
        String first = page();
        String second = page();
        Instant now = clock.instant();

        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", second, now)));
        assertEquals(204, stripe.send(StripeWire.event("checkout.session.completed", first, now.minusSeconds(60))));
        look();

        settingsSay(true, false);
        assertEquals("none", state(cardOf(second)));
        assertTrue(atStripe(cardOf(second)));
        assertEquals("DONE", state(cardOf(first)));
        assertFalse(atStripe(cardOf(first)));
    }

    @Test
    void aChargeThatWasNotSentYetIsNotSentAndNobodyIsToldThatItFailed() {
        saved();
        UUID payment = begun();
        remove();

        checkout.sendByItself(payment);

        assertEquals(State.FAILED, state(payment));
        assertEquals(0, chargedAtStripe(payment));
        assertEquals("", mail(1));
        assertEquals(Optional.empty(), next());
    }

    @Test
    void neitherIsOneThatWasBegunByAPortalThatDied() {
        saved();
        UUID payment = begun();
        remove();

        lookedForInVain();

        assertEquals(State.FAILED, state(payment));
        assertEquals(0, chargedAtStripe(payment));
        assertEquals("", mail(1));
    }

    @Test
    void aChargeThatIsUnderWayIsFinished() {
        String card = saved();
        UUID payment = begun();
        stripe.control("lose/on");
        checkout.sendByItself(payment);
        stripe.control("lose/off");
        assertEquals(State.UNKNOWN, state(payment));
        remove();

        look();

        assertEquals(State.RECEIVED, state(payment));
        assertEquals(1, chargedAtStripe(payment));
        assertEquals("DONE", state(card));
    }

    @Test
    void whatStripeDoesNotLetGoIsTheStaffsInTheEnd() {
        String card = "pm_stuck_" + account;
        stripe.control("card/" + card + "/cus_" + account);
        saveCard(card);
        remove();
        settingsSay(false, false);
        look();
        assertEquals("UNKNOWN", state(card));
        assertEquals(2, askedToDetach(card));

        database.update("UPDATE card_removal SET attempts = 23 WHERE account_id = ?", account);
        look();
        look();

        assertEquals("FAILED", state(card));
        assertEquals(3, askedToDetach(card));
        Given.browsing(Given.ADMIN)
                .get("/staff/payments")
                .then()
                .statusCode(200)
                .body(containsString(card));
    }

    private String reason() {
        return database.one(
                        "SELECT reason FROM card_removal WHERE account_id = ?",
                        row -> row.optionalText("reason").orElse(""),
                        account)
                .orElseThrow();
    }

    private void lookThatBreaks() {
        // before whatever other tests have left
        database.update("UPDATE card_removal SET next_look_at = '2001-01-01' WHERE account_id = ?", account);
        assertTrue(removals.lookAfter(new BrokenGateway()));
    }

    /** As many as of those without an answer: then it is the staff's, and no more looks are made for ever. */
    @Test
    void looksThatBreakHaveTheSameLimit() {
        String card = "pm_stuck_" + account;
        stripe.control("card/" + card + "/cus_" + account);
        saveCard(card);
        remove();
        database.update("UPDATE card_removal SET attempts = 22 WHERE account_id = ?", account);

        lookThatBreaks();
        assertEquals("UNKNOWN", state(card));
        assertEquals("the look broke: IllegalStateException", reason());
        lookThatBreaks();

        assertEquals("FAILED", state(card));
        assertEquals("the look broke: IllegalStateException", reason());
    }

    /** A removed card that Stripe did not let go, because it refused our key for days. */
    private String kept() {
        String card = saved();
        stripe.control("key/refused");
        remove();
        database.update("UPDATE card_removal SET attempts = 23 WHERE account_id = ?", account);
        look();
        stripe.control("key/good");
        assertEquals("FAILED", state(card));
        assertTrue(atStripe(card));
        return card;
    }

    private void keptIs(int cards) {
        Given.as(owner)
                .get("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .body("cardsKept", equalTo(cards));
    }

    @Test
    void staffAskAgainForWhatWasGivenUp() {
        String card = kept();
        String id = Given.as(Given.SUPPORT)
                .get("/api/admin/v1/card-removals")
                .then()
                .statusCode(200)
                .extract()
                .path("find { it.card == '" + card + "' }.id");
        String path = "/api/admin/v1/card-removals/" + id + "/actions/ask-again";

        for (int i = 0; i < 2; i++) {
            Given.as(Given.SUPPORT).post(path).then().statusCode(200).body("state", equalTo("DONE"));
        }

        assertFalse(atStripe(card));
        assertEquals(1, askedToDetach(card));
        assertEquals(1, audited("payment.card-ask-again"));
        keptIs(0);
    }

    @Test
    void soDoesItsOwnerAndTheCardSavedSinceStays() {
        String card = kept();
        String another = saved();
        keptIs(1);

        Given.as(owner)
                .post("/api/v1/accounts/" + account + "/cards/actions/ask-again")
                .then()
                .statusCode(204);

        keptIs(0);
        assertFalse(atStripe(card));
        settingsSay(true, false);
        assertTrue(atStripe(another));
    }

    @Test
    void whatIsAskedForAgainIsLookedAfterForDays() {
        String card = kept();
        stripe.control("key/refused");
        Given.as(owner)
                .post("/api/v1/accounts/" + account + "/cards/actions/ask-again")
                .then()
                .statusCode(204);
        look();
        assertEquals("UNKNOWN", state(card));
        stripe.control("key/good");

        look();

        assertEquals("DONE", state(card));
        assertFalse(atStripe(card));
    }

    /** Stripe does not know it: of another of its accounts, or of its tests. */
    @Test
    void aCardThatStripeDoesNotHaveIsGone() {
        String card = "pm_elsewhere_" + account;
        saveCard(card);

        remove();

        assertEquals("DONE", state(card));
    }

    @Test
    void theDatabaseRefusesAnAgreementWithoutACardAndForgetsNoRemoval() {
        saved();
        remove();

        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "UPDATE payment_account SET charge_agreed_at = ?, charge_agreed_by = 'x' WHERE account_id = ?",
                        clock.instant(),
                        account));
        assertThrows(
                DatabaseException.class,
                () -> database.update("DELETE FROM card_removal WHERE account_id = ?", account));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE card_removal SET card = 'pm_x' WHERE account_id = ?", account));
    }
}
