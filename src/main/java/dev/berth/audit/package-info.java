/** The trail of who did what: one hash-chained row for each effect, written in the effect's transaction. */
@NullMarked
package dev.berth.audit;

import org.jspecify.annotations.NullMarked;
