/**
 * Addresses: pools of a node, who has which address, and the quarantine an address goes through before the next one gets
 * it. History is never changed but for its end.
 */
@NullMarked
package dev.berth.network;

import org.jspecify.annotations.NullMarked;
