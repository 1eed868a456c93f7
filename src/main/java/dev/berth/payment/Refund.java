package dev.berth.payment;

import dev.berth.units.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Money that goes back to whoever paid it in.
 *
 * @param why staff's words
 * @param reason why it failed or is not known
 */
public record Refund(
        UUID id,
        UUID payment,
        State state,
        Optional<String> externalId,
        Money amount,
        String why,
        Optional<String> reason,
        Instant createdAt) {

    /** CREATED, PENDING and UNKNOWN are on their way; the money has left the account's credit. FAILED: it is credit again. */
    public enum State {
        CREATED,
        PENDING,
        UNKNOWN,
        SUCCEEDED,
        FAILED;

        public boolean open() {
            return this == CREATED || this == PENDING || this == UNKNOWN;
        }
    }
}
