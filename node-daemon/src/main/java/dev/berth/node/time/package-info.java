/** The only place of the daemon that asks what time it is. Everything else gets it as an argument or from this. */
@NullMarked
package dev.berth.node.time;

import org.jspecify.annotations.NullMarked;
