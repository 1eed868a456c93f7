/** Tests of what is compared with hosts and with what is there. */
@NullMarked
package dev.berth.reconcile;

import org.jspecify.annotations.NullMarked;
