package dev.berth.invoice;

import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.Optional;

/** Pays invoices from what their accounts have. Whoever keeps payments implements it. */
public interface InvoicePayer {
    /** Pays a new invoice from credit, in the caller's transaction. */
    void payNew(InvoiceId invoice);

    /**
     * Pays open invoices whose accounts have credit by now, each in a transaction of its own.
     *
     * @return how many were paid to the end
     */
    int payOpen();

    /** @param most what is open now; what is paid until then is not charged */
    record Planned(Instant at, Money most) {}

    /**
     * Asked by who writes the mail of an invoice, in its transaction: whether the invoice will be paid by itself. Then the mail has to say so;
     * without that nothing is charged.
     */
    Optional<Planned> tell(InvoiceId invoice);
}
