/** The contract as this side of the wire sees it. */
@NullMarked
package dev.berth.node.contract;

import org.jspecify.annotations.NullMarked;
