/** Tests of this package. */
@NullMarked
package dev.berth.node.agent;

import org.jspecify.annotations.NullMarked;
