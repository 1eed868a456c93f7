package dev.berth.payment;

import dev.berth.payment.CardRemoval.State;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Removals of cards in the database. */
@ApplicationScoped
class CardRemovalStore {
    private static final int MAX_REASON = 500;
    private static final String SELECT =
            "SELECT id, account_id, customer, card, state, attempts, reason, asked_at FROM card_removal WHERE ";
    private static final String AGAIN =
            "UPDATE card_removal SET state = 'CREATED', attempts = 0, next_look_at = ? WHERE state = 'FAILED' AND ";

    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;

    CardRemovalStore(Database database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param look when it is looked after, if nobody has sent it by then */
    void insert(CardRemoval removal, String askedBy, Instant look) {
        database.update(
                "INSERT INTO card_removal (id, account_id, customer, card, asked_by, asked_at, state, next_look_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                removal.id(),
                removal.account().value(),
                removal.card().customer(),
                removal.card().card(),
                askedBy,
                removal.askedAt(),
                removal.state(),
                look);
    }

    /** Whether a card was removed, whatever became of that at the gateway. */
    boolean removed(Gateway.Card card) {
        return database.number(
                        "SELECT EXISTS (SELECT 1 FROM card_removal WHERE customer = ? AND card = ?) AS n",
                        card.customer(),
                        card.card())
                == 1;
    }

    Optional<CardRemoval> find(UUID id) {
        return database.one(SELECT + "id = ?", CardRemovalStore::removal, id);
    }

    /** Holds its row. */
    Optional<CardRemoval> lock(UUID id) {
        return database.one(SELECT + "id = ? FOR UPDATE", CardRemovalStore::removal, id);
    }

    /** Of an account, what was not sent yet. */
    List<CardRemoval> unsent(AccountId account, int limit) {
        return database.list(
                SELECT + "account_id = ? AND state = 'CREATED' ORDER BY id LIMIT ?",
                CardRemovalStore::removal,
                account.value(),
                limit);
    }

    /** How many of an account's were given up. */
    int failed(AccountId account) {
        return Math.toIntExact(database.number(
                "SELECT COUNT(*) AS n FROM card_removal WHERE account_id = ? AND state = 'FAILED'", account.value()));
    }

    /**
     * One that was given up is to be sent again.
     *
     * @param look when it is looked after, if nobody has sent it by then
     * @return whether it was given up
     */
    boolean again(UUID id, Instant look) {
        return database.update(AGAIN + "id = ?", look, id) == 1;
    }

    /** The same of all that were given up of an account. */
    boolean again(AccountId account, Instant look) {
        return database.update(AGAIN + "account_id = ?", look, account.value()) > 0;
    }

    /** Newest first. */
    List<CardRemoval> failed(int limit) {
        return database.list(SELECT + "state = 'FAILED' ORDER BY id DESC LIMIT ?", CardRemovalStore::removal, limit);
    }

    /** Whoever sends one claims it first. */
    boolean claim(UUID id) {
        return database.update(
                        "UPDATE card_removal SET state = 'UNKNOWN', reason = 'sent, no answer yet'"
                                + " WHERE id = ? AND state = 'CREATED'",
                        id)
                == 1;
    }

    void done(UUID id) {
        database.update(
                "UPDATE card_removal SET state = 'DONE', reason = NULL, next_look_at = NULL, done_at = ? WHERE id = ?",
                clock.instant(),
                id);
    }

    void unknown(UUID id, String reason, Instant look) {
        database.update(
                "UPDATE card_removal SET state = 'UNKNOWN', reason = ?, next_look_at = ? WHERE id = ?",
                cut(reason),
                look,
                id);
    }

    void failed(UUID id, String reason) {
        database.update(
                "UPDATE card_removal SET state = 'FAILED', reason = ?, next_look_at = NULL WHERE id = ?",
                cut(reason),
                id);
    }

    private static String cut(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }

    /** Takes one whose time to be looked at has come; nobody else will for a while. */
    Optional<CardRemoval> claimDue() {
        return transactions.run(() -> {
            Optional<CardRemoval> due = database.one(
                    SELECT + "state IN ('CREATED', 'UNKNOWN') AND next_look_at <= ? ORDER BY next_look_at LIMIT 1"
                            + " FOR UPDATE SKIP LOCKED",
                    CardRemovalStore::removal,
                    clock.instant());
            due.ifPresent(removal -> database.update(
                    "UPDATE card_removal SET attempts = attempts + 1, next_look_at = ? WHERE id = ?",
                    clock.instant().plus(Looks.wait(removal.attempts() + 1)),
                    removal.id()));
            return due;
        });
    }

    private static CardRemoval removal(Row row) {
        return new CardRemoval(
                row.uuid("id"),
                new AccountId(row.uuid("account_id")),
                new Gateway.Card(row.text("customer"), row.text("card")),
                row.constant("state", State.class),
                row.integer("attempts"),
                row.optionalText("reason"),
                row.instant("asked_at"));
    }
}
