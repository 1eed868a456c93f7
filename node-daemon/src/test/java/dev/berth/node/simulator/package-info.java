/** Tests of this package. */
@NullMarked
package dev.berth.node.simulator;

import org.jspecify.annotations.NullMarked;
