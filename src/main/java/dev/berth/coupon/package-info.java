/**
 * Coupons: made by staff, redeemed by accounts, each once. Who redeems one has it on the bills of so many billing periods, or
 * for ever; what it takes off is computed by {@code rating} and stands on the bill as lines of its own.
 */
@NullMarked
package dev.berth.coupon;

import org.jspecify.annotations.NullMarked;
