/**
 * Money from outside and what it pays: payments, their allocation to invoices, bank transfers, the wallet and its expiry.
 * Tells the ledger; invoices know it only as their {@code InvoicePayer}. See README.md.
 */
@NullMarked
package dev.berth.payment;

import org.jspecify.annotations.NullMarked;
