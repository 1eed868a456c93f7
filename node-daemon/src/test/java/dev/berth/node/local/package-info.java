/** Tests of this package. */
@NullMarked
package dev.berth.node.local;

import org.jspecify.annotations.NullMarked;
