/**
 * The bundle that proves an invoice, and its verifier. Pure: it knows no portal and no database, only files and the code that bills are
 * computed with, so that {@code ./berth verify} runs anywhere. See README.md.
 */
@NullMarked
package dev.berth.evidence;

import org.jspecify.annotations.NullMarked;
