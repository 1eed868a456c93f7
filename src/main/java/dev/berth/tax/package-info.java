/** VAT of electronically supplied services: whose tax is due, at which rate, and why. Pure: uses only the JDK and units. See README.md. */
@NullMarked
package dev.berth.tax;

import org.jspecify.annotations.NullMarked;
