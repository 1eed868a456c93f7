package dev.berth.mail;

import dev.berth.mail.OutboxMail.Attempt;
import dev.berth.mail.OutboxMail.State;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of the outbox. */
@ApplicationScoped
class OutboxStore {
    private static final String COLUMNS = "id, mail_key, kind, account_id, recipient, sender_name, reply_to, language,"
            + " subject, body, state, round, attempts, queued_at, waits_since, next_attempt_at, sent_at";

    private final Database database;
    private final InstantSource clock;

    OutboxStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @return whether the key is new */
    boolean insert(Mail mail) {
        UUID id = Ids.next(clock);
        Instant now = clock.instant();
        database.update(
                "INSERT INTO outbox_mail (id, mail_key, kind, account_id, recipient, sender_name, reply_to, language,"
                        + " subject, body, queued_at, waits_since, next_attempt_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id",
                id,
                mail.key(),
                mail.kind(),
                mail.account(),
                mail.address().recipient(),
                mail.address().senderName(),
                mail.address().replyTo(),
                mail.language().getLanguage(),
                mail.subject(),
                mail.text(),
                now,
                now,
                now);
        boolean isNew = database.number("SELECT COUNT(*) AS n FROM outbox_mail WHERE id = ?", id) == 1;
        if (isNew) {
            enclose(id, mail.enclosures());
        }
        return isNew;
    }

    private void enclose(UUID id, List<Mail.Enclosure> enclosures) {
        for (int i = 0; i < enclosures.size(); i++) {
            database.update(
                    "INSERT INTO outbox_attachment (mail_id, position, maker, subject) VALUES (?, ?, ?, ?)",
                    id,
                    i + 1,
                    enclosures.get(i).maker(),
                    enclosures.get(i).subject());
        }
    }

    /** Takes the next mail that is due for itself until then: nobody else attempts it meanwhile. */
    Optional<OutboxMail> claim(Instant until) {
        Optional<UUID> due = database.one(
                "SELECT id FROM outbox_mail WHERE state = 'QUEUED' AND next_attempt_at <= ?"
                        + " ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                row -> row.uuid("id"),
                clock.instant());
        due.ifPresent(id -> database.update(
                "UPDATE outbox_mail SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?", until, id));
        return due.flatMap(this::find);
    }

    /** Writes down what became of an attempt, unless another one has begun since. */
    void settle(OutboxMail mail, Delivery delivery, Optional<Instant> next) {
        State state = delivery instanceof Delivery.Sent ? State.SENT : next.isPresent() ? State.QUEUED : State.FAILED;
        Instant now = clock.instant();
        int changed = database.update(
                "UPDATE outbox_mail SET state = ?, next_attempt_at = ?, sent_at = COALESCE(?, sent_at)"
                        + " WHERE id = ? AND round = ? AND attempts = ? AND state = 'QUEUED'",
                state,
                next,
                state == State.SENT ? Optional.of(now) : Optional.empty(),
                mail.id(),
                mail.round(),
                mail.attempts());
        if (changed == 1) {
            database.update(
                    "INSERT INTO outbox_attempt (mail_id, round, attempt, at, outcome, answer)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    mail.id(),
                    mail.round(),
                    mail.attempts(),
                    now,
                    state == State.SENT ? "SENT" : next.isPresent() ? "LATER" : "NEVER",
                    shortened(delivery.answer()));
        }
    }

    private static String shortened(String answer) {
        String line = answer.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= 500 ? line : line.substring(0, 499) + "…";
    }

    /** @return whether it was there and is not waiting already */
    boolean requeue(UUID id) {
        Instant now = clock.instant();
        return database.update(
                        "UPDATE outbox_mail SET state = 'QUEUED', round = round + 1, attempts = 0, waits_since = ?,"
                                + " next_attempt_at = ? WHERE id = ? AND state <> 'QUEUED'",
                        now,
                        now,
                        id)
                == 1;
    }

    Optional<OutboxMail> find(UUID id) {
        return database.one("SELECT " + COLUMNS + " FROM outbox_mail WHERE id = ?", this::mail, id);
    }

    Optional<OutboxMail> ofKey(String key) {
        return database.one("SELECT " + COLUMNS + " FROM outbox_mail WHERE mail_key = ?", this::mail, key);
    }

    /** Newest first. */
    List<OutboxMail> list(Outbox.Query query, Page.Ask ask) {
        List<Object> values = new ArrayList<>();
        StringBuilder where = new StringBuilder("1 = 1");
        query.state().ifPresent(state -> {
            where.append(" AND state = ?");
            values.add(state);
        });
        query.account().ifPresent(account -> {
            where.append(" AND account_id = ?");
            values.add(account);
        });
        ask.before().ifPresent(before -> {
            where.append(" AND id < ?");
            values.add(before);
        });
        values.add(ask.fetch());
        return database.list(
                "SELECT " + COLUMNS + " FROM outbox_mail WHERE " + where + " ORDER BY id DESC LIMIT ?",
                this::mail,
                values.toArray());
    }

    /** Oldest first. */
    List<Attempt> attempts(UUID id) {
        return database.list(
                "SELECT round, attempt, at, outcome, answer FROM outbox_attempt WHERE mail_id = ?"
                        + " ORDER BY round, attempt LIMIT 500",
                Attempt::of,
                id);
    }

    long count(State state) {
        return database.number("SELECT COUNT(*) AS n FROM outbox_mail WHERE state = ?", state);
    }

    private OutboxMail mail(Row row) {
        return OutboxMail.of(
                row,
                database.list(
                        "SELECT maker, subject FROM outbox_attachment WHERE mail_id = ? ORDER BY position",
                        file -> new Mail.Enclosure(file.text("maker"), file.text("subject")),
                        row.uuid("id")));
    }
}
