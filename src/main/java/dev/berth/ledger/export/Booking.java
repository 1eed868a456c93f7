package dev.berth.ledger.export;

import dev.berth.ledger.Transfer;
import java.time.Instant;
import java.util.UUID;

/**
 * A transfer that was posted.
 *
 * @param at when it was posted
 * @param actor subject of who caused it
 */
public record Booking(UUID id, Instant at, Transfer transfer, String actor) {}
