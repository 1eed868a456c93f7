package dev.berth.payment;

import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.net.URI;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/**
 * Someone who moves money for us. Every request carries our own id, under which it has its effect once and can be asked for
 * later. No call is made within a transaction of the database.
 */
public interface Gateway {
    Payment.Method method();

    /** Whether it is configured. */
    boolean on();

    /**
     * A charge.
     *
     * @param payment our id for it
     * @param what in the customer's words
     * @param back where the customer comes back to
     * @param card the customer's saved card; empty: he pays on the gateway's page
     */
    record Charge(UUID payment, AccountId account, Money amount, String what, URI back, Optional<Card> card) {}

    /** A card that the gateway keeps; we know only its names. */
    record Card(String customer, String card) {}

    Outcome charge(Charge charge);

    /** Asks whether it knows our key: what is sent with one that it does not know would be refused, as if the customer's card were. */
    boolean knowsUs();

    /** The smallest amount that it charges. */
    Money least(Currency currency);

    /**
     * The gateway's page on which a customer saves a card.
     *
     * @return {@link Outcome.Pending} with where to go
     */
    Outcome saveCard(AccountId account, UUID request, URI back);

    /**
     * Lets nobody charge a saved card any more.
     *
     * @return {@link Outcome.NotThere} when it is gone
     */
    Outcome detach(Card card);

    /** Whether a saved card is there: {@link Outcome.Pending}, or {@link Outcome.NotThere} when it is gone. */
    Outcome lookUpCard(Card card);

    /** What became of a charge: of its page where it has one, else of whatever has our id. */
    Outcome lookUp(Payment payment, Optional<String> sessionId);

    /** @param refund our id for it */
    Outcome refund(UUID refund, Payment payment, Money amount);

    /** What became of a refund. */
    Outcome lookUpRefund(UUID refund, Payment payment);
}
