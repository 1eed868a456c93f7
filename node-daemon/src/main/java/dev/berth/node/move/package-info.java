/**
 * Contexts that leave for another node and come from one: what of them is handed over, in which form, and what stays until it is known to have arrived.
 */
@NullMarked
package dev.berth.node.move;

import org.jspecify.annotations.NullMarked;
