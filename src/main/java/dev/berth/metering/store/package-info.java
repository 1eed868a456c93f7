/** Takes journals of nodes in, exactly once and unbroken, and gives timelines out. */
@NullMarked
package dev.berth.metering.store;

import org.jspecify.annotations.NullMarked;
