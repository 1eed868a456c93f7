/**
 * Stripe as a gateway, through its own library: pages to pay on, saved cards, refunds, and its signed events. Off unless it is
 * configured. Nothing of Stripe's types leaves this package.
 */
@NullMarked
package dev.berth.payment.stripe;

import org.jspecify.annotations.NullMarked;
