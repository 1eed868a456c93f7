package dev.berth.payment;

import dev.berth.payment.Payment.Method;
import dev.berth.payment.Refund.State;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Refunds in the database. */
@ApplicationScoped
class RefundStore {
    private static final String SELECT =
            "SELECT r.id, r.payment_id, r.state, r.external_id, r.amount, p.currency, r.why, r.reason, r.created_at"
                    + " FROM refund r JOIN payment p ON p.id = r.payment_id";

    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;

    RefundStore(Database database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    void insert(Refund refund, String createdBy) {
        database.update(
                "INSERT INTO refund (id, payment_id, state, amount, why, created_by, created_at, next_look_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                refund.id(),
                refund.payment(),
                refund.state(),
                refund.amount().minor(),
                refund.why(),
                createdBy,
                refund.createdAt(),
                refund.state().open() ? Optional.of(clock.instant().plus(Looks.wait(0))) : Optional.empty());
    }

    Optional<Refund> find(UUID id) {
        return database.one(SELECT + " WHERE r.id = ?", RefundStore::refund, id);
    }

    /** Holds its row. */
    Optional<Refund> lock(UUID id) {
        database.one("SELECT id FROM refund WHERE id = ? FOR UPDATE", row -> row.uuid("id"), id);
        return find(id);
    }

    List<Refund> ofPayment(UUID payment) {
        return database.list(SELECT + " WHERE r.payment_id = ? ORDER BY r.id", RefundStore::refund, payment);
    }

    void state(UUID id, State state, Optional<String> externalId, Optional<String> reason) {
        database.update(
                "UPDATE refund SET state = ?, external_id = COALESCE(external_id, ?), reason = ?, next_look_at = NULL"
                        + " WHERE id = ?",
                state,
                externalId,
                reason,
                id);
    }

    void lookAgain(UUID id, Instant at) {
        database.update("UPDATE refund SET next_look_at = ? WHERE id = ?", at, id);
    }

    /** It stays as it is; what looks at it next is staff, or an event. */
    void giveUp(UUID id, String reason) {
        database.update("UPDATE refund SET reason = ?, next_look_at = NULL WHERE id = ?", reason, id);
    }

    /** As if it had just been sent. */
    void lookFromStart(UUID id) {
        database.update("UPDATE refund SET attempts = 0, next_look_at = ? WHERE id = ?", clock.instant(), id);
    }

    /** On their way, and not looked after any more; newest first. */
    List<Refund> givenUp(int limit) {
        return database.list(
                SELECT + " WHERE r.state IN ('CREATED', 'PENDING', 'UNKNOWN') AND r.next_look_at IS NULL"
                        + " ORDER BY r.id DESC LIMIT ?",
                RefundStore::refund,
                limit);
    }

    int attempts(UUID id) {
        return Math.toIntExact(database.number("SELECT attempts AS n FROM refund WHERE id = ?", id));
    }

    /** Takes one whose time to be looked at has come; nobody else will for a while, nor after the last look that it gets. */
    Optional<Refund> claimDue(Method method) {
        return transactions.run(() -> {
            Optional<UUID> due = database.one(
                    "SELECT r.id FROM refund r WHERE r.state IN ('CREATED', 'PENDING', 'UNKNOWN') AND r.next_look_at <= ?"
                            + " AND EXISTS (SELECT 1 FROM payment p WHERE p.id = r.payment_id AND p.method = ?)"
                            + " ORDER BY r.next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                    row -> row.uuid("id"),
                    clock.instant(),
                    method);
            due.ifPresent(this::looked);
            return due.flatMap(this::find);
        });
    }

    private void looked(UUID id) {
        database.update("UPDATE refund SET attempts = attempts + 1 WHERE id = ?", id);
        Looks.OF_REFUND
                .next(attempts(id))
                .ifPresentOrElse(
                        wait -> lookAgain(id, clock.instant().plus(wait)),
                        () -> giveUp(id, Looks.OF_REFUND.ended("none")));
    }

    private static Refund refund(Row row) {
        return new Refund(
                row.uuid("id"),
                row.uuid("payment_id"),
                row.constant("state", State.class),
                row.optionalText("external_id"),
                new Money(row.number("amount"), Currency.getInstance(row.text("currency"))),
                row.text("why"),
                row.optionalText("reason"),
                row.instant("created_at"));
    }
}
