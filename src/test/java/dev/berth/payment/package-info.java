/** Tests of payments: on a real database, and against a double of the gateway. */
@NullMarked
package dev.berth.payment;

import org.jspecify.annotations.NullMarked;
