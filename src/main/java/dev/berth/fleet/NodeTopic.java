package dev.berth.fleet;

import java.util.UUID;

/** Something changed for this node: the key of the signal that wakes its long poll. */
public record NodeTopic(UUID nodeId) {}
