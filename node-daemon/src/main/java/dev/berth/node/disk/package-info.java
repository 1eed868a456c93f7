/** Small files of the daemon itself, written so that a loss of power leaves the old or the new one and never an empty one. */
@NullMarked
package dev.berth.node.disk;

import org.jspecify.annotations.NullMarked;
