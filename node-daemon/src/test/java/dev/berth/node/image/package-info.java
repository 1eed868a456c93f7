/** Tests of this package. */
@NullMarked
package dev.berth.node.image;

import org.jspecify.annotations.NullMarked;
