/** Tests of the daemon as a whole: its shape, its sizes. */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
