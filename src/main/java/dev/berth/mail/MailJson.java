package dev.berth.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The outbox as the API shows it. */
final class MailJson {
    private MailJson() {}

    record Summary(
            UUID id,
            String key,
            String kind,
            Optional<UUID> accountId,
            String recipient,
            String language,
            String subject,
            String state,
            int attempts,
            Instant queuedAt,
            Optional<Instant> nextAttemptAt,
            Optional<Instant> sentAt) {
        static Summary of(OutboxMail m) {
            return new Summary(
                    m.id(),
                    m.mail().key(),
                    m.mail().kind(),
                    m.mail().account(),
                    m.mail().address().recipient(),
                    m.mail().language().getLanguage(),
                    m.mail().subject(),
                    m.state().name(),
                    m.attempts(),
                    m.queuedAt(),
                    m.nextAttemptAt(),
                    m.sentAt());
        }
    }

    /** @param mailServerConfigured whether anything can be sent at all */
    record Full(
            Summary mail,
            String text,
            List<Mail.Enclosure> enclosures,
            List<OutboxMail.Attempt> attempts,
            boolean mailServerConfigured) {
        static Full of(Outbox.Traced traced, boolean configured) {
            OutboxMail stored = traced.stored();
            return new Full(
                    Summary.of(stored),
                    stored.mail().text(),
                    stored.mail().enclosures(),
                    traced.attempts(),
                    configured);
        }
    }
}
