/** Tests of this package. */
@NullMarked
package dev.berth.node.daemon;

import org.jspecify.annotations.NullMarked;
