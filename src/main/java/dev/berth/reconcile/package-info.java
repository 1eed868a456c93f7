/** Compares what is billed with what hosts count and with what is there. What does not fit is a finding. See README.md. */
@NullMarked
package dev.berth.reconcile;

import org.jspecify.annotations.NullMarked;
