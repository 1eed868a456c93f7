package dev.berth.dunning;

import dev.berth.invoice.OpenInvoices;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.testing.Seed;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/** Accounts that owe something, and time that passes for them. */
@ApplicationScoped
public class Debtors {
    private final Database database;
    private final Seed seed;
    private final OpenInvoices invoices;
    private final InstantSource clock;

    Debtors(Database database, Seed seed, OpenInvoices invoices, InstantSource clock) {
        this.invoices = invoices;
        this.database = database;
        this.seed = seed;
        this.clock = clock;
    }

    /** An invoice that was due so many days ago. */
    public UUID invoice(UUID account, int daysOverdue) {
        UUID id = Ids.next(clock);
        Instant due = clock.instant().minus(Duration.ofDays(daysOverdue));
        Instant to = due.minus(Duration.ofDays(14));
        Instant from = to.minus(Duration.ofDays(1));
        database.update(
                "INSERT INTO billing_period (id, account_id, period_from, period_to, state, next_attempt_at, closed_at)"
                        + " VALUES (?, ?, ?, ?, 'INVOICED', ?, ?)",
                id,
                account,
                from,
                to,
                to,
                to);
        database.update(
                "INSERT INTO invoice (id, account_id, seller, series, number, label, state, period_from, period_to, issued_at,"
                        + " due_at, currency, net, tax, total, tax_basis_points, seller_name, seller_address, seller_tax_id,"
                        + " seller_payment, buyer_name, buyer_email, time_zone)"
                        + " VALUES (?, ?, ?, 'T', 1, ?, 'FINAL', ?, ?, ?, ?, 'EUR', 1000, 190, 1190, 1900, 's', 's', 's', 's',"
                        + " 'b', 'b@example.org', 'UTC')",
                id,
                account,
                "t" + id.toString().substring(20),
                "T-" + id,
                from,
                to,
                to,
                due);
        return id;
    }

    /** Of the 1,190 cents that each is over. */
    void pay(UUID invoice, long cents) {
        invoices.paid(new InvoiceId(invoice), new Money(cents, Currency.getInstance("EUR")));
    }

    /** A payment was returned. */
    void takeBack(UUID invoice, long cents) {
        invoices.takenBack(new InvoiceId(invoice), new Money(cents, Currency.getInstance("EUR")));
    }

    void pay(UUID invoice) {
        pay(invoice, 1_190);
    }

    UUID server(UUID account, UUID node) {
        // revisions of what is made directly are small, and one of a node comes once
        database.update("UPDATE node SET desired_revision = GREATEST(desired_revision, 1000000) WHERE id = ?", node);
        UUID version = seed.planVersion("EUR");
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, clock.instant(), Optional.empty());
        return vps;
    }

    /** Days pass for what the account was told. */
    public void wait(UUID account, int days) {
        database.update(
                "UPDATE dunning_reminder SET sent_at = sent_at - INTERVAL ? DAY WHERE case_id IN"
                        + " (SELECT id FROM dunning_case WHERE account_id = ?)",
                days,
                account);
        database.update(
                "UPDATE dunning_step SET announced_at = announced_at - INTERVAL ? DAY, announced_for = announced_for - INTERVAL ? DAY"
                        + " WHERE done_at IS NULL AND case_id IN (SELECT id FROM dunning_case WHERE account_id = ?)",
                days,
                days,
                account);
        look(account);
    }

    /** It is looked at with the next run. */
    public void look(UUID account) {
        database.update(
                "UPDATE dunning_case SET next_look_at = ? WHERE account_id = ? AND state <> 'CLOSED'",
                clock.instant().minusSeconds(1),
                account);
    }

    /** The nodes have done what they were told. */
    void obeyed(UUID account) {
        database.update("UPDATE vps SET observed_generation = generation WHERE account_id = ?", account);
        look(account);
    }
}
