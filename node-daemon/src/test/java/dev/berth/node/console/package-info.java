/** Tests of terminals inside contexts. */
@NullMarked
package dev.berth.node.console;

import org.jspecify.annotations.NullMarked;
