/** Tests of this package. */
@NullMarked
package dev.berth.node.cpu;

import org.jspecify.annotations.NullMarked;
