package dev.berth.vps;

import java.util.UUID;

/** Something changed for this VPS's operations: the key of the signal that wakes who waits for one. */
record OperationTopic(UUID vpsId) {}
