/** Bundles and their verifier. */
@NullMarked
package dev.berth.evidence;

import org.jspecify.annotations.NullMarked;
