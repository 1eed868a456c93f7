package dev.berth.payment;

import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Payments in the database. Whoever changes one holds its row. */
@ApplicationScoped
class PaymentStore {
    private static final String COLUMNS =
            "p.id, p.account_id, p.method, p.state, p.invoice_id, p.external_id, p.currency,"
                    + " p.amount, p.refunded, p.lot_id, p.payer_name, p.payer_account, p.remittance, p.reason, p.created_at,"
                    + " p.received_at";

    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;

    PaymentStore(Database database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @return false when the bank's or gateway's name for it is known already: it was there before */
    boolean insert(Payment p, String createdBy) {
        try {
            database.update(
                    "INSERT INTO payment (id, account_id, method, state, invoice_id, external_id, currency, amount,"
                            + " payer_name, payer_account, remittance, reason, created_by, created_at, received_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    p.id(),
                    p.account().map(AccountId::value),
                    p.method(),
                    p.state(),
                    p.invoice().map(InvoiceId::value),
                    p.externalId(),
                    p.amount().currency().getCurrencyCode(),
                    p.amount().minor(),
                    p.payer().name(),
                    p.payer().account(),
                    p.payer().remittance(),
                    p.reason(),
                    createdBy,
                    p.createdAt(),
                    p.receivedAt());
            return true;
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                return false;
            }
            throw e;
        }
    }

    Optional<Payment> find(UUID id) {
        return database.one("SELECT " + COLUMNS + " FROM payment p WHERE p.id = ?", Payment::of, id);
    }

    Optional<Payment> lock(UUID id) {
        return database.one("SELECT " + COLUMNS + " FROM payment p WHERE p.id = ? FOR UPDATE", Payment::of, id);
    }

    Optional<Payment> byExternal(Method method, String externalId) {
        return database.one(
                "SELECT " + COLUMNS + " FROM payment p WHERE p.method = ? AND p.external_id = ?",
                Payment::of,
                method,
                externalId);
    }

    /** Newest first. */
    List<Payment> ofAccount(AccountId account, Optional<UUID> before, int limit) {
        List<Object> values = new ArrayList<>(List.of(account.value()));
        before.ifPresent(values::add);
        values.add(limit);
        return database.list(
                "SELECT " + COLUMNS + " FROM payment p WHERE p.account_id = ?"
                        + (before.isPresent() ? " AND p.id < ?" : "") + " ORDER BY p.id DESC LIMIT ?",
                Payment::of,
                values.toArray());
    }

    /** Of all accounts, in a state, newest first. */
    List<Payment> inState(State state, Optional<UUID> before, int limit) {
        List<Object> values = new ArrayList<>(List.of(state));
        before.ifPresent(values::add);
        values.add(limit);
        return database.list(
                "SELECT " + COLUMNS + " FROM payment p WHERE p.state = ?" + (before.isPresent() ? " AND p.id < ?" : "")
                        + " ORDER BY p.id DESC LIMIT ?",
                Payment::of,
                values.toArray());
    }

    /** The money is here and is the account's credit. */
    void received(Payment p, Receipts.Target target, UUID lot, Instant at) {
        database.update(
                "UPDATE payment SET state = 'RECEIVED', account_id = ?, invoice_id = COALESCE(invoice_id, ?),"
                        + " external_id = COALESCE(external_id, ?), lot_id = ?, received_at = COALESCE(received_at, ?),"
                        + " reason = NULL, next_look_at = NULL WHERE id = ?",
                target.account().value(),
                target.invoice().map(InvoiceId::value),
                p.externalId(),
                lot,
                at,
                p.id());
    }

    void state(UUID id, State state, String reason) {
        database.update(
                "UPDATE payment SET state = ?, reason = ?, next_look_at = NULL WHERE id = ?", state, reason, id);
    }

    void pending(UUID id, Outcome.Pending pending) {
        database.update(
                "UPDATE payment SET state = 'PENDING', reason = NULL, session_id = COALESCE(session_id, ?),"
                        + " next_url = COALESCE(next_url, ?) WHERE id = ?",
                pending.sessionId(),
                pending.next().map(URI::toString),
                id);
    }

    void refunded(UUID id, Money amount) {
        database.update("UPDATE payment SET refunded = refunded + ? WHERE id = ?", amount.minor(), id);
    }

    /** The payment through a gateway that is on its way for an invoice. */
    Optional<Payment> underWay(InvoiceId invoice) {
        return database.one(
                "SELECT " + COLUMNS + " FROM payment p WHERE p.under_way_id = ?", Payment::of, invoice.value());
    }

    /** Whoever sends a payment to the gateway claims it first: it is UNKNOWN until there is an answer. */
    boolean claim(UUID id) {
        return database.update(
                        "UPDATE payment SET state = 'UNKNOWN', reason = 'sent, no answer yet' WHERE id = ? AND state = 'CREATED'",
                        id)
                == 1;
    }

    Optional<String> nextUrl(UUID id) {
        return database.one(
                        "SELECT IF(state = 'PENDING', next_url, NULL) AS next_url FROM payment WHERE id = ?",
                        row -> row.optionalText("next_url"),
                        id)
                .flatMap(found -> found);
    }

    Optional<String> sessionId(UUID id) {
        return database.one("SELECT session_id FROM payment WHERE id = ?", row -> row.optionalText("session_id"), id)
                .flatMap(found -> found);
    }

    int attempts(UUID id) {
        return Math.toIntExact(database.number("SELECT attempts AS n FROM payment WHERE id = ?", id));
    }

    void lookAgain(UUID id, Instant at) {
        database.update("UPDATE payment SET next_look_at = ? WHERE id = ?", at, id);
    }

    /** It stays as it is; what looks at it next is staff, or an event. */
    void giveUp(UUID id, String reason) {
        database.update("UPDATE payment SET reason = ?, next_look_at = NULL WHERE id = ?", reason, id);
    }

    /** As if it had just been sent. */
    void lookFromStart(UUID id) {
        database.update("UPDATE payment SET attempts = 0, next_look_at = ? WHERE id = ?", clock.instant(), id);
    }

    /** Sent to the gateway without an answer, or on its way and not looked after any more; newest first. */
    List<Payment> endNotKnown(int limit) {
        return database.list(
                "SELECT " + COLUMNS + " FROM payment p WHERE p.state = 'UNKNOWN'"
                        + " OR p.state IN ('CREATED', 'PENDING') AND p.next_look_at IS NULL ORDER BY p.id DESC LIMIT ?",
                Payment::of,
                limit);
    }

    /** Takes one whose time to be looked at has come; nobody else will for a while, nor after the last look that it gets. */
    Optional<Payment> claimDue(Method method) {
        return transactions.run(() -> {
            Optional<UUID> due = database.one(
                    "SELECT p.id FROM payment p WHERE p.state IN ('CREATED', 'PENDING', 'UNKNOWN') AND p.method = ?"
                            + " AND p.next_look_at <= ? ORDER BY p.next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                    row -> row.uuid("id"),
                    method,
                    clock.instant());
            due.ifPresent(this::looked);
            return due.flatMap(this::find);
        });
    }

    private void looked(UUID id) {
        database.update("UPDATE payment SET attempts = attempts + 1 WHERE id = ?", id);
        Looks.OF_PAYMENT
                .next(attempts(id))
                .ifPresentOrElse(
                        wait -> lookAgain(id, clock.instant().plus(wait)),
                        () -> giveUp(id, Looks.OF_PAYMENT.ended("none")));
    }

    /** Accounts that sent money from this bank account before, at most two. */
    List<AccountId> payers(String iban) {
        return database.list(
                "SELECT DISTINCT p.account_id FROM payment p WHERE p.payer_account = ? AND p.account_id IS NOT NULL LIMIT 2",
                row -> new AccountId(row.uuid("account_id")),
                iban);
    }

    void insert(Allocation a) {
        database.update(
                "INSERT INTO payment_allocation (id, invoice_id, lot_id, amount, created_at) VALUES (?, ?, ?, ?, ?)",
                a.id(),
                a.invoice().value(),
                a.lot(),
                a.amount().minor(),
                a.at());
    }

    /** What paid an invoice, oldest first. */
    List<Allocation> ofInvoice(InvoiceId invoice) {
        return allocations("a.invoice_id = ?", invoice.value());
    }

    /** What a lot paid, oldest first. */
    List<Allocation> ofLot(UUID lot) {
        return allocations("a.lot_id = ?", lot);
    }

    private List<Allocation> allocations(String where, UUID value) {
        return database.list(
                "SELECT a.id, a.invoice_id, a.lot_id, p.id AS payment_id, a.amount, b.currency, a.created_at,"
                        + " a.reversed_at FROM payment_allocation a JOIN invoice_balance b ON b.invoice_id = a.invoice_id"
                        + " LEFT JOIN payment p ON p.lot_id = a.lot_id WHERE " + where + " ORDER BY a.id",
                row -> new Allocation(
                        row.uuid("id"),
                        new InvoiceId(row.uuid("invoice_id")),
                        row.uuid("lot_id"),
                        row.optionalUuid("payment_id"),
                        new Money(row.number("amount"), Currency.getInstance(row.text("currency"))),
                        row.instant("created_at"),
                        row.optionalInstant("reversed_at")),
                value);
    }
}
