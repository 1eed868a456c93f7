package dev.berth.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request is stored in the transaction of its effect: the same key and body replays it, another body is
 * 422. Two at once: the second waits for the first one's row lock. What fails leaves no trace, so that a corrected
 * request may use its key.
 */
@ApplicationScoped
public class Idempotency {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Duration KEPT = Duration.ofDays(7);

    private final Database database;
    private final Transactions transactions;
    private final ObjectMapper json;
    private final InstantSource clock;

    Idempotency(Database database, Transactions transactions, ObjectMapper json, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param caller whose key it is
     * @param key header {@code Idempotency-Key}
     * @param request what is asked: its path and its body, whose JSON is compared
     */
    public record Attempt(Caller caller, @Nullable String key, String path, Object request) {}

    /** @param location of what was made, a path */
    public record Answer(int status, Optional<String> location, String body) {}

    /** Runs the work once for a key; {@code work} answers with a status, a location and something that becomes JSON. */
    public Answer once(Attempt attempt, Supplier<Effect> work) {
        String key = required(attempt.key());
        String hash = Hashes.hex(attempt.path() + "\n" + write(attempt.request()));
        return transactions.run(() -> {
            String subject = attempt.caller().subject();
            if (!claim(subject, key, hash)) {
                return replay(subject, key, hash);
            }
            Effect effect = work.get();
            Answer answer = new Answer(effect.status(), effect.location(), write(effect.body()));
            database.update(
                    "UPDATE idempotency_key SET status = ?, location = ?, body = ? WHERE caller = ? AND key_text = ?",
                    answer.status(),
                    answer.location(),
                    answer.body(),
                    subject,
                    key);
            return answer;
        });
    }

    /** The same for work that makes something, which is then at a path. */
    public <T> Answer created(Attempt attempt, Supplier<T> work, Function<T, String> path) {
        return once(attempt, () -> {
            T made = work.get();
            return Effect.created(path.apply(made), made);
        });
    }

    /** What a request did and is answered with. */
    public record Effect(int status, Optional<String> location, Object body) {
        public static Effect created(String location, Object body) {
            return new Effect(201, Optional.of(location), body);
        }

        public static Effect accepted(String location, Object body) {
            return new Effect(202, Optional.of(location), body);
        }

        public static Effect ok(Object body) {
            return new Effect(200, Optional.empty(), body);
        }
    }

    private static String required(@Nullable String key) {
        if (key == null) {
            throw Problem.of(400, "idempotency-key-missing", "This request needs the header Idempotency-Key.");
        }
        if (!KEY.matcher(key).matches()) {
            throw Problem.of(400, "idempotency-key-invalid", "Idempotency-Key must be 1 to 128 visible characters.");
        }
        return key;
    }

    private boolean claim(String subject, String key, String hash) {
        return database.update(
                        "INSERT IGNORE INTO idempotency_key (caller, key_text, request_hash, status, created_at)"
                                + " VALUES (?, ?, ?, 0, ?)",
                        subject,
                        key,
                        hash,
                        clock.instant())
                == 1;
    }

    private record Stored(String hash, Answer answer) {}

    private Answer replay(String subject, String key, String hash) {
        // a locking read, because a snapshot older than the first one's commit would not see it
        Stored stored = database.one(
                        "SELECT request_hash, status, location, body FROM idempotency_key"
                                + " WHERE caller = ? AND key_text = ? FOR UPDATE",
                        row -> new Stored(
                                row.text("request_hash"),
                                new Answer(
                                        row.integer("status"),
                                        row.optionalText("location"),
                                        row.optionalText("body").orElse(""))),
                        subject,
                        key)
                .orElseThrow(() -> Problem.conflict("idempotency-key-busy", "Try this key again."));
        if (!stored.hash().equals(hash)) {
            throw Problem.of(422, "idempotency-key-reused", "This Idempotency-Key was used for another request.");
        }
        return stored.answer();
    }

    /** Forgets keys nobody will repeat any more. */
    public int forgetOld() {
        return database.update(
                "DELETE FROM idempotency_key WHERE created_at < ? LIMIT 10000",
                clock.instant().minus(KEPT));
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }
}
