package dev.berth.dunning.ladder;

import dev.berth.units.InvoiceId;
import java.time.Instant;

/** An invoice that was to be paid by a time that has passed. */
public record Debt(InvoiceId invoice, Instant dueAt) {}
