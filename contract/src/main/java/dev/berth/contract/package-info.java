/**
 * The wire between the portal and a node: plain records, read and written as JSON by both sides. A change here is a
 * change of the protocol: see {@code contract/README.md} for what is allowed within v1.
 */
@NullMarked
package dev.berth.contract;

import org.jspecify.annotations.NullMarked;
