/** Double entry: immutable transfers between accounts, balances derived. Pure; knows no other feature. See README.md. */
@NullMarked
package dev.berth.ledger;

import org.jspecify.annotations.NullMarked;
