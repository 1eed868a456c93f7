/**
 * Virtual private servers: what a customer wants of one, what its node says of it, and the operations in between. A change
 * is stored as a new generation with an operation; the node's report ends the operation.
 */
@NullMarked
package dev.berth.vps;

import org.jspecify.annotations.NullMarked;
