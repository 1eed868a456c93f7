/** Tests of coupons against a real database. */
@NullMarked
package dev.berth.coupon;

import org.jspecify.annotations.NullMarked;
