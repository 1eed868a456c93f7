/** Tests of this package. */
@NullMarked
package dev.berth.node.cli;

import org.jspecify.annotations.NullMarked;
