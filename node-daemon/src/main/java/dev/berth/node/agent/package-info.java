/** The node's side of the wire: identity, desired state, observed state, readings. It always dials, never listens. */
@NullMarked
package dev.berth.node.agent;

import org.jspecify.annotations.NullMarked;
