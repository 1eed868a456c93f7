/**
 * Nodes: how one joins, proves who it is, says what it sees and has capacity reserved on it; the TLS listener they dial;
 * and the images they fetch. What runs on a node is known to others, behind {@link dev.berth.fleet.NodeContexts}.
 */
@NullMarked
package dev.berth.fleet;

import org.jspecify.annotations.NullMarked;
