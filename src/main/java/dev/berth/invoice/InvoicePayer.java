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
     * Asked by who issues an invoice, in its transaction, after what credit pays: from when on what is open may be charged by itself.
     * Empty: it is to be transferred.
     */
    Optional<Instant> chargeable(InvoiceId invoice);

    /**
     * Asked by who writes the mail of an invoice, in its transaction: whether the invoice will be paid by itself. Then the mail has to say so;
     * without that nothing is charged.
     *
     * @param from the day that its document names: it is not charged before
     */
    Optional<Planned> tell(InvoiceId invoice, Instant from);
}
