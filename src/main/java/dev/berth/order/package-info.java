/**
 * Buying a VPS: one transaction checks everything, reserves capacity and an address, and stores the VPS, its subscription
 * and the operation that will make it.
 */
@NullMarked
package dev.berth.order;

import org.jspecify.annotations.NullMarked;
