package dev.berth.dunning;

import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What was not paid in time, as the ledger says. */
public interface Overdue {
    /** @param open what is still to be paid of it */
    record Unpaid(InvoiceId invoice, String label, String seller, Instant dueAt, Money open) {}

    /** The account's overdue invoices, the oldest first; empty when everything due is paid. */
    List<Unpaid> of(UUID account, Instant now);

    /** Accounts with something overdue and no open case. */
    List<UUID> withoutCase(Instant now, int limit);
}
