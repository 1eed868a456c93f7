/** What to do, as a pure function of what should be, what is and what was done. No I/O, no clock. */
@NullMarked
package dev.berth.node.plan;

import org.jspecify.annotations.NullMarked;
