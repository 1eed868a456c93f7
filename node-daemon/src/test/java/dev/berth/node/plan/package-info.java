/** Tests of this package. */
@NullMarked
package dev.berth.node.plan;

import org.jspecify.annotations.NullMarked;
