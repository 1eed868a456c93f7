/** The ledger in the database: posts exactly once, derives balances. */
@NullMarked
package dev.berth.ledger.store;

import org.jspecify.annotations.NullMarked;
