package dev.berth.payment;

import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A part of an account's credit that paid a part of an invoice.
 *
 * @param lot of the credit
 * @param payment that the credit came from; empty when it was given, not paid in
 * @param reversedAt when a lost dispute took it back
 */
public record Allocation(
        UUID id,
        InvoiceId invoice,
        UUID lot,
        Optional<UUID> payment,
        Money amount,
        Instant at,
        Optional<Instant> reversedAt) {}
