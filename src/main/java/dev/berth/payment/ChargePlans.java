package dev.berth.payment;

import dev.berth.invoice.InvoicePayer.Planned;
import dev.berth.invoice.OpenInvoice;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/** Which invoices are charged to a saved card, when, and what was tried: three times at most, days apart. */
@ApplicationScoped
class ChargePlans {
    static final int MOST_ATTEMPTS = 3;
    /** Between the mail that tells of it and the charge, at least. */
    static final Duration NOTICE = Duration.ofDays(1);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofDays(3);

    private static final String SELECT = "SELECT c.invoice_id, c.account_id, c.most, b.currency, c.attempts, c.next_at"
            + " FROM invoice_charge c JOIN invoice_balance b ON b.invoice_id = c.invoice_id WHERE ";

    private final Database database;
    private final InstantSource clock;

    ChargePlans(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * @param most what its owner was told
     * @param next when it is tried again; empty: it is not
     */
    record Plan(InvoiceId invoice, AccountId account, Money most, int attempts, Optional<Instant> next) {
        private static Plan of(Row row) {
            return new Plan(
                    new InvoiceId(row.uuid("invoice_id")),
                    new AccountId(row.uuid("account_id")),
                    new Money(row.number("most"), Currency.getInstance(row.text("currency"))),
                    row.integer("attempts"),
                    row.optionalInstant("next_at"));
        }
    }

    /**
     * From when on a new invoice may be charged: on the day it is due, or a day from now where that is later. Empty where its account has not
     * agreed, has no card, or owes nothing.
     */
    Optional<Instant> from(InvoiceId invoice) {
        return database.one(
                        "SELECT b.due_at FROM invoice_balance b JOIN payment_account p ON p.account_id = b.account_id"
                                + " WHERE b.invoice_id = ? AND b.open_amount > 0 AND p.charge_agreed_at IS NOT NULL"
                                + " AND p.gateway_card IS NOT NULL",
                        row -> row.instant("due_at"),
                        invoice.value())
                .map(dueAt -> latest(dueAt, clock.instant().plus(NOTICE)));
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isBefore(b) ? b : a;
    }

    /** @param from when its document said; later where less than a day would be left */
    Planned plan(OpenInvoice open, Instant from) {
        Instant now = clock.instant();
        Instant at = latest(from, now.plus(NOTICE));
        database.update(
                "INSERT INTO invoice_charge (invoice_id, account_id, most, told_at, next_at) VALUES (?, ?, ?, ?, ?)",
                open.id().value(),
                open.account().value(),
                open.open().minor(),
                now,
                at);
        return new Planned(at, open.open());
    }

    Optional<Plan> find(InvoiceId invoice) {
        return database.one(SELECT + "c.invoice_id = ?", Plan::of, invoice.value());
    }

    /** Whether there is one whose time has come. */
    boolean due() {
        return database.number("SELECT EXISTS (SELECT 1 FROM invoice_charge WHERE next_at <= ?) AS n", clock.instant())
                > 0;
    }

    /** One whose time has come, held until the transaction ends; what another replica holds is passed over. */
    Optional<Plan> lockDue() {
        return database.one(
                        "SELECT invoice_id FROM invoice_charge WHERE next_at <= ? ORDER BY next_at LIMIT 1"
                                + " FOR UPDATE SKIP LOCKED",
                        row -> new InvoiceId(row.uuid("invoice_id")),
                        clock.instant())
                .flatMap(this::find);
    }

    /** Notes an attempt, before it is made, and when the next one would be. */
    void attempt(Plan plan, UUID payment) {
        int attempt = plan.attempts() + 1;
        Instant now = clock.instant();
        database.update(
                "INSERT INTO card_charge (invoice_id, attempt, payment_id, charged_on) VALUES (?, ?, ?, ?)",
                plan.invoice().value(),
                attempt,
                payment,
                LocalDate.ofInstant(now, ZoneOffset.UTC));
        database.update(
                "UPDATE invoice_charge SET attempts = ?, next_at = ? WHERE invoice_id = ?",
                attempt,
                attempt < MOST_ATTEMPTS ? Optional.of(now.plus(BETWEEN_ATTEMPTS)) : Optional.empty(),
                plan.invoice().value());
    }

    void postpone(InvoiceId invoice, Duration wait) {
        postpone(invoice, clock.instant().plus(wait));
    }

    void postpone(InvoiceId invoice, Instant until) {
        database.update(
                "UPDATE invoice_charge SET next_at = ? WHERE invoice_id = ? AND next_at IS NOT NULL",
                until,
                invoice.value());
    }

    void end(InvoiceId invoice) {
        database.update("UPDATE invoice_charge SET next_at = NULL WHERE invoice_id = ?", invoice.value());
    }

    /** Of what was told, nothing more is charged. */
    void end(AccountId account) {
        database.update(
                "UPDATE invoice_charge SET next_at = NULL WHERE account_id = ? AND next_at IS NOT NULL",
                account.value());
    }

    /** The attempt that a payment is, with its plan; empty for a payment that its customer began. */
    Optional<Attempt> attempt(UUID payment) {
        return database.one(
                "SELECT invoice_id, attempt FROM card_charge WHERE payment_id = ?",
                row -> new Attempt(new InvoiceId(row.uuid("invoice_id")), row.integer("attempt")),
                payment);
    }

    /** @param n 1, 2 or 3 */
    record Attempt(InvoiceId invoice, int n) {}
}
