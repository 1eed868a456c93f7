package dev.berth.node.host;

/**
 * What all contexts of a host used together, counted apart from each context's own counters. Absolute, since the groups and the
 * packet rules were made; begins anew with a boot.
 *
 * @param cpuUsec of the control group above all contexts
 * @param netTxBytes that came from any context and were let through
 * @param netRxBytes that went to any context
 */
public record HostTotals(long cpuUsec, long netTxBytes, long netRxBytes) {}
