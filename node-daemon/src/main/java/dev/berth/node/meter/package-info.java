/** Turns kernel counters, which start anew, into absolute counters that never go back, and those into journal records. */
@NullMarked
package dev.berth.node.meter;

import org.jspecify.annotations.NullMarked;
