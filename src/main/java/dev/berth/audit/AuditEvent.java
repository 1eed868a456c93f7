package dev.berth.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing that somebody did.
 *
 * @param actor subject: {@code user:…}, {@code client:…}, {@code node:…} or {@code system:…}
 * @param action {@code noun.verb}
 * @param hash covers this row and the hash before it
 */
public record AuditEvent(
        long seq,
        Instant at,
        String actor,
        String action,
        String subjectType,
        String subjectId,
        Optional<UUID> accountId,
        Optional<String> reason,
        Optional<String> detail,
        String prevHash,
        String hash) {}
