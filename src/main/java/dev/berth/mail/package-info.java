/**
 * Mail that goes out: an outbox in the database, filled in the transaction that has something to tell, and a run that empties
 * it through the operator's mail server. Knows nobody who writes mail. See README.md.
 */
@NullMarked
package dev.berth.mail;

import org.jspecify.annotations.NullMarked;
