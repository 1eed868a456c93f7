/** The whole product through a real browser, a real SSH client and a real context, against a stack that is running. */
@NullMarked
package dev.berth.e2e;

import org.jspecify.annotations.NullMarked;
