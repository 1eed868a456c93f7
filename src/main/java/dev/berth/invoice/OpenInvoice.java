package dev.berth.invoice;

import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;

/**
 * A final invoice by what is owed for it.
 *
 * @param label the number as it is printed
 * @param open the total without what was paid and what credit notes took off; never below zero
 * @param reference the number as it stands in a creditor reference
 */
public record OpenInvoice(
        InvoiceId id, AccountId account, String label, Money total, Money open, Instant dueAt, String reference) {
    public boolean overdue(Instant now) {
        return open.isPositive() && dueAt.isBefore(now);
    }
}
