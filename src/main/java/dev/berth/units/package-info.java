/** Amounts, quantities, times and ids as their own types. Pure and exact: no floating point, no clock. */
@NullMarked
package dev.berth.units;

import org.jspecify.annotations.NullMarked;
