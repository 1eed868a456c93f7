package dev.berth.payment;

import dev.berth.units.Money;
import java.net.URI;
import java.util.Optional;

/** What a gateway made of a request. */
public sealed interface Outcome {
    /** The money is there. */
    record Succeeded(String externalId, Money amount) implements Outcome {}

    /** Nothing was moved, and nothing will be. */
    record Declined(String reason) implements Outcome {}

    /**
     * It is under way.
     *
     * @param sessionId the gateway's name for the page on which the customer pays
     * @param next where the customer goes on; empty when there is nothing to do but wait
     */
    record Pending(Optional<String> sessionId, Optional<URI> next) implements Outcome {}

    /** The request was sent and its answer lost: it may have been done or not. It is never sent as a new one. */
    record Unknown(String reason) implements Outcome {}

    /** Asked what became of a request, the gateway has none by that name. */
    record NotThere() implements Outcome {}
}
