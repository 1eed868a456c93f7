package dev.berth.invoice;

import dev.berth.units.InvoiceId;

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
}
