/** Puts the parts together and runs their loops. */
@NullMarked
package dev.berth.node.daemon;

import org.jspecify.annotations.NullMarked;
