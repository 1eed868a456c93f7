/**
 * Empties nodes: moves of all VPS of a node to others, a few at a time, until all are gone or known not to be able to go. Which move is next is decided
 * from tables alone, so that any replica can go on with it at any time.
 */
@NullMarked
package dev.berth.drain;

import org.jspecify.annotations.NullMarked;
