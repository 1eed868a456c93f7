package dev.berth.mail;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A mail in the outbox.
 *
 * @param round 1, and one more each time that staff send it again
 * @param attempts of this round
 * @param waitsSince since when this round waits
 */
public record OutboxMail(
        UUID id,
        Mail mail,
        State state,
        int round,
        int attempts,
        Instant queuedAt,
        Instant waitsSince,
        Optional<Instant> nextAttemptAt,
        Optional<Instant> sentAt) {

    /** QUEUED until the server has it or it is given up; staff may queue it again. */
    public enum State {
        QUEUED,
        SENT,
        FAILED
    }

    /** @param outcome SENT, LATER or NEVER */
    public record Attempt(int round, int attempt, Instant at, String outcome, String answer) {
        static Attempt of(Row row) {
            return new Attempt(
                    row.integer("round"),
                    row.integer("attempt"),
                    row.instant("at"),
                    row.text("outcome"),
                    row.text("answer"));
        }
    }

    static OutboxMail of(Row row, List<Mail.Enclosure> enclosures) {
        Mail mail = new Mail(
                row.text("mail_key"),
                row.text("kind"),
                row.optionalUuid("account_id"),
                new Mail.Address(row.text("recipient"), row.optionalText("sender_name"), row.optionalText("reply_to")),
                Locale.of(row.text("language")),
                row.text("subject"),
                row.text("body"),
                enclosures);
        return new OutboxMail(
                row.uuid("id"),
                mail,
                row.constant("state", State.class),
                row.integer("round"),
                row.integer("attempts"),
                row.instant("queued_at"),
                row.instant("waits_since"),
                row.optionalInstant("next_attempt_at"),
                row.optionalInstant("sent_at"));
    }
}
