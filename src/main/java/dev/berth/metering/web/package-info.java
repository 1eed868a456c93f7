/** Stored journals, and what is odd about them, as staff ask. */
@NullMarked
package dev.berth.metering.web;

import org.jspecify.annotations.NullMarked;
