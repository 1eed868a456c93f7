/** Terminals inside contexts: how many there may be, how long one may be idle, and what goes through one. */
@NullMarked
package dev.berth.node.console;

import org.jspecify.annotations.NullMarked;
