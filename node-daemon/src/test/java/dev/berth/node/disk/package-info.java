/** Tests of this package. */
@NullMarked
package dev.berth.node.disk;

import org.jspecify.annotations.NullMarked;
