/**
 * Overdue invoices: reminders, and the suspension ladder with its announcements, promises to pay, circuit breaker and way back. What is done when is
 * calculated in {@code ladder}; here it is stored, done and shown. Every look can be done again, by any replica.
 */
@NullMarked
package dev.berth.dunning;

import org.jspecify.annotations.NullMarked;
