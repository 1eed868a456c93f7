package dev.berth.payment;

import dev.berth.units.AccountId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A saved card that is gone here and is to go at the gateway, too.
 *
 * @param attempts how often the gateway was looked at
 * @param reason why it is not known to be gone
 */
public record CardRemoval(
        UUID id,
        AccountId account,
        Gateway.Card card,
        State state,
        int attempts,
        Optional<String> reason,
        Instant askedAt) {

    /** CREATED: to be sent, for the first time or again. It and UNKNOWN are looked after. DONE: no customer has it at the gateway. FAILED: given up. */
    public enum State {
        CREATED,
        UNKNOWN,
        DONE,
        FAILED;

        boolean open() {
            return this == CREATED || this == UNKNOWN;
        }
    }
}
