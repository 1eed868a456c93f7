/**
 * Billing periods, drafts, invoices and the evidence behind their lines. Takes usage from metering, prices from rating,
 * and tells the ledger. See README.md.
 */
@NullMarked
package dev.berth.invoice;

import org.jspecify.annotations.NullMarked;
