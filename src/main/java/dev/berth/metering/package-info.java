/** Readings of absolute counters become usage of a period. Pure: rows come from {@code metering.store}. See README.md. */
@NullMarked
package dev.berth.metering;

import org.jspecify.annotations.NullMarked;
