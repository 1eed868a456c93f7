/**
 * CPU time beyond a VPS' bank: credit that is bought in packs beforehand, and surplus that is paid afterwards up to an amount of money. Prices become
 * amounts of CPU time here, which is all that a node is told.
 */
@NullMarked
package dev.berth.cpu;

import org.jspecify.annotations.NullMarked;
