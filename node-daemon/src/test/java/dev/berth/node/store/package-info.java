/** Tests of this package. */
@NullMarked
package dev.berth.node.store;

import org.jspecify.annotations.NullMarked;
