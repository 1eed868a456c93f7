package dev.berth.payment;

import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What a gateway tells us by itself, verified to come from it. Comes late, twice and in any order. */
public sealed interface GatewayEvent {
    /** @param payment our id, which the gateway was given */
    record Paid(UUID payment, String externalId, Money amount) implements GatewayEvent {}

    record Failed(UUID payment, String reason) implements GatewayEvent {}

    /** @param at when, if the gateway says so */
    record CardSaved(AccountId account, Gateway.Card card, Optional<Instant> at) implements GatewayEvent {}

    /** @param refund our id */
    record Refunded(UUID refund, Outcome outcome) implements GatewayEvent {}

    /**
     * A customer denies a payment.
     *
     * @param paid the payment it is about, which may not have been told before
     * @param externalId the gateway's name for the dispute
     */
    record Disputed(Paid paid, String externalId, Money amount, Money fee, Verdict verdict) implements GatewayEvent {}

    enum Verdict {
        OPEN,
        WON,
        LOST
    }

    /** Nothing that concerns us. */
    record Other() implements GatewayEvent {}
}
