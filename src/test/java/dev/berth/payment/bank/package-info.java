/** Tests of reading bank statements. */
@NullMarked
package dev.berth.payment.bank;

import org.jspecify.annotations.NullMarked;
