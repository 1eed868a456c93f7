package dev.berth.audit;

import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.People;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes and reads the trail. Call {@link #record} last in a transaction: it locks the end of the chain. */
@ApplicationScoped
public class AuditService {
    private static final int BATCH = 1_000;
    private static final String COLUMNS =
            "seq, at, actor, action, subject_type, subject_id, account_id, reason, detail, prev_hash, hash";

    private final Database database;
    private final Transactions transactions;
    private final People people;
    private final InstantSource clock;

    AuditService(Database database, Transactions transactions, People people, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.people = people;
        this.clock = clock;
    }

    /** What was done; who and when is added. */
    public record Deed(
            String action,
            String subjectType,
            String subjectId,
            Optional<UUID> accountId,
            Optional<String> reason,
            Optional<String> detail) {
        public static Deed of(String action, String subjectType, Object subjectId) {
            return new Deed(
                    action, subjectType, subjectId.toString(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        public Deed account(UUID id) {
            return new Deed(action, subjectType, subjectId, Optional.of(id), reason, detail);
        }

        public Deed because(String why) {
            return new Deed(action, subjectType, subjectId, accountId, Optional.of(why), detail);
        }

        public Deed with(String more) {
            return new Deed(action, subjectType, subjectId, accountId, reason, Optional.of(more));
        }
    }

    private record Head(long seq, String hash) {}

    public void record(Caller actor, Deed deed) {
        transactions.run(() -> {
            people.meet(actor);
            Head head = database.one(
                            "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE",
                            row -> new Head(row.number("seq"), row.text("hash")))
                    .orElseThrow();
            AuditEvent unsigned = new AuditEvent(
                    head.seq() + 1,
                    clock.instant(),
                    actor.subject(),
                    deed.action(),
                    deed.subjectType(),
                    deed.subjectId(),
                    deed.accountId(),
                    deed.reason(),
                    deed.detail(),
                    head.hash(),
                    "");
            String hash = hash(unsigned);
            insert(unsigned, hash);
            database.update("UPDATE audit_head SET seq = ?, hash = ? WHERE id = 1", unsigned.seq(), hash);
        });
    }

    private void insert(AuditEvent e, String hash) {
        database.update(
                "INSERT INTO audit_event (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                e.seq(),
                e.at(),
                e.actor(),
                e.action(),
                e.subjectType(),
                e.subjectId(),
                e.accountId(),
                e.reason(),
                e.detail(),
                e.prevHash(),
                hash);
    }

    /** What is asked of the trail; everything empty is everything. */
    public record Query(Optional<UUID> accountId, Optional<String> subjectId, Optional<String> actor, long before) {
        public static final Query ALL = new Query(Optional.empty(), Optional.empty(), Optional.empty(), Long.MAX_VALUE);

        public Query ofAccount(UUID id) {
            return new Query(Optional.of(id), subjectId, actor, before);
        }

        public Query ofSubject(Object id) {
            return new Query(accountId, Optional.of(id.toString()), actor, before);
        }

        public Query before(long seq) {
            return new Query(accountId, subjectId, actor, seq);
        }
    }

    /** Newest first. */
    public List<AuditEvent> list(Query query, int limit) {
        if (limit < 1 || limit > BATCH) {
            throw Problem.invalid("limit", "must be from 1 to " + BATCH);
        }
        return database.list(
                "SELECT " + COLUMNS + " FROM audit_event WHERE seq < ? AND (? IS NULL OR account_id = ?)"
                        + " AND (? IS NULL OR subject_id = ?) AND (? IS NULL OR actor = ?) ORDER BY seq DESC LIMIT ?",
                AuditService::event,
                query.before(),
                query.accountId(),
                query.accountId(),
                query.subjectId(),
                query.subjectId(),
                query.actor(),
                query.actor(),
                limit);
    }

    /**
     * @param events how many were checked
     * @param brokenAt the first event that is not what its hash says, or that is missing
     */
    public record Verification(long events, Optional<Long> brokenAt) {}

    /** Goes over the whole chain. */
    public Verification verify() {
        String hash = "0".repeat(64);
        long seq = 0;
        while (true) {
            List<AuditEvent> batch = database.list(
                    "SELECT " + COLUMNS + " FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?",
                    AuditService::event,
                    seq,
                    BATCH);
            for (AuditEvent event : batch) {
                seq++;
                if (event.seq() != seq
                        || !event.prevHash().equals(hash)
                        || !event.hash().equals(hash(event))) {
                    return new Verification(seq - 1, Optional.of(seq));
                }
                hash = event.hash();
            }
            if (batch.size() < BATCH) {
                return new Verification(seq, missingEnd(seq));
            }
        }
    }

    /** Events cut off at the end leave a head that points past them; events written meanwhile do not matter. */
    private Optional<Long> missingEnd(long seq) {
        long last = database.number("SELECT COALESCE(MAX(seq), 0) AS n FROM audit_event");
        long head = database.number("SELECT seq AS n FROM audit_head WHERE id = 1");
        return head > Math.max(last, seq) ? Optional.of(Math.max(last, seq) + 1) : Optional.empty();
    }

    private static AuditEvent event(Row row) {
        return new AuditEvent(
                row.number("seq"),
                row.instant("at"),
                row.text("actor"),
                row.text("action"),
                row.text("subject_type"),
                row.text("subject_id"),
                row.optionalUuid("account_id"),
                row.optionalText("reason"),
                row.optionalText("detail"),
                row.text("prev_hash"),
                row.text("hash"));
    }

    /** Fields are preceded by their length, so that no two events have the same text. */
    private static String hash(AuditEvent e) {
        StringBuilder text = new StringBuilder();
        for (String field : fields(e)) {
            text.append(field.length()).append(':').append(field);
        }
        return Hashes.hex(text.toString());
    }

    private static List<String> fields(AuditEvent e) {
        return List.of(
                Long.toString(e.seq()),
                micros(e.at()),
                e.actor(),
                e.action(),
                e.subjectType(),
                e.subjectId(),
                e.accountId().map(UUID::toString).orElse("-"),
                e.reason().map(r -> "+" + r).orElse("-"),
                e.detail().map(d -> "+" + d).orElse("-"),
                e.prevHash());
    }

    private static String micros(Instant at) {
        return at.getEpochSecond() + "." + at.getNano() / 1_000;
    }
}
