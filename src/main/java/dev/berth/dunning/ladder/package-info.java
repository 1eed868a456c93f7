/**
 * The suspension ladder as a calculation: from a policy, what is overdue, promises and what was done so far to what is to be done now and what will be
 * done when. No clock and no I/O: time comes in as an argument.
 */
@NullMarked
package dev.berth.dunning.ladder;

import org.jspecify.annotations.NullMarked;
