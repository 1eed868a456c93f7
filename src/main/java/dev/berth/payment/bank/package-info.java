/** Reads bank statements (ISO 20022 camt.053). Pure: bytes in, records out; what they mean is decided in {@code payment}. */
@NullMarked
package dev.berth.payment.bank;

import org.jspecify.annotations.NullMarked;
