package dev.berth.ledger.store;

import dev.berth.ledger.Transfer;
import java.time.Instant;
import java.util.UUID;

/**
 * A stored transfer.
 *
 * @param actor subject of who caused it
 */
public record Entry(UUID id, Transfer transfer, String actor, Instant at) {}
