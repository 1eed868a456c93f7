/** Tests of this package. */
@NullMarked
package dev.berth.node.meter;

import org.jspecify.annotations.NullMarked;
