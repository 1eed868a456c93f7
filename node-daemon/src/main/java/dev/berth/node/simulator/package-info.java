/** A host that is invented: contexts are rows in a file, and their use of resources is a function of time. */
@NullMarked
package dev.berth.node.simulator;

import org.jspecify.annotations.NullMarked;
