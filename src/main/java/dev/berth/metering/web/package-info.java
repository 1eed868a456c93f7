/** Stored journals as staff ask about them. */
@NullMarked
package dev.berth.metering.web;

import org.jspecify.annotations.NullMarked;
