/**
 * The ledger as other programs read it: a table of transfers, and the batch of bookings that DATEV imports. Text out of
 * transfers; reads and writes nothing.
 */
@NullMarked
package dev.berth.ledger.export;

import org.jspecify.annotations.NullMarked;
