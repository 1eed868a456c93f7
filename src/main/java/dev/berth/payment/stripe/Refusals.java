package dev.berth.payment.stripe;

import java.util.Map;

/** Why a charge was refused, as a customer reads it. Source: docs.stripe.com/error-codes and the states of a payment intent. */
final class Refusals {
    /** Of what is no card: told of days after it was begun. */
    static final String BY_BANK = "the bank refused it";

    private static final Map<String, String> WORDS = Map.of(
            "card_declined", "the card was refused",
            "requires_payment_method", "the card was refused",
            "expired_card", "the card has expired",
            "authentication_required", "the card's bank wants its owner to confirm it: pay on the payment page",
            "requires_action", "the card's bank wants its owner to confirm it: pay on the payment page",
            "amount_too_small", "it is too little for a payment by card",
            "amount_too_large", "it is too much for a payment by card",
            "processing_error", "the card's bank could not be reached",
            "canceled", "it was called off at the payment provider");

    private Refusals() {}

    /** @param code Stripe's; one without words stands as it is, so that staff can look it up */
    static String of(String code) {
        return WORDS.getOrDefault(code, "refused: " + code);
    }
}
