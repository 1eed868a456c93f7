/** Tests of this package. */
@NullMarked
package dev.berth.node.apply;

import org.jspecify.annotations.NullMarked;
