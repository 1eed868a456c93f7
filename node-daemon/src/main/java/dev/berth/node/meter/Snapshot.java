package dev.berth.node.meter;

import dev.berth.node.host.KernelCounters;
import java.util.Optional;

/**
 * What the host says at one moment.
 *
 * @param raw the kernel's counters, empty while there is no cgroup
 */
public record Snapshot(String bootId, long monotonicNanos, long utcMillis, Optional<KernelCounters> raw) {}
