package dev.berth.reconcile;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that does not fit, as a look found it.
 *
 * @param subject what it is about, stable from look to look
 * @param detail in a sentence for staff and for the account concerned
 * @param account whose bills wait; empty for nobody's
 * @param since from here on what is billed may be wrong
 */
record Seen(
        FindingKind kind,
        String subject,
        String detail,
        Optional<UUID> account,
        Optional<UUID> vps,
        Optional<UUID> node,
        Instant since) {
    private static final int MAX_DETAIL = 500;

    Seen {
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }
}
