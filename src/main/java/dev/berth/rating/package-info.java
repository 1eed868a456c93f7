/** Tariff and usage become rated lines. Pure: the same input gives the same lines for ever. See README.md. */
@NullMarked
package dev.berth.rating;

import org.jspecify.annotations.NullMarked;
