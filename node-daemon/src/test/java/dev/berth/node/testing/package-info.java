/** What tests of several packages need: a clock that is set by hand, a host that can be killed, a node without a portal. */
@NullMarked
package dev.berth.node.testing;

import org.jspecify.annotations.NullMarked;
