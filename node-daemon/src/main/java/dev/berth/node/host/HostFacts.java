package dev.berth.node.host;

import dev.berth.contract.Observed.Capacity;

/**
 * @param bootId the kernel's boot id
 * @param simulated true where contexts are invented
 */
public record HostFacts(String bootId, boolean simulated, Capacity capacity) {}
