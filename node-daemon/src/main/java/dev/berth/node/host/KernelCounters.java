package dev.berth.node.host;

/** Absolute counters since the outer cgroup and the named nft counters were made, and gauges (memory, disk, processes). */
public record KernelCounters(
        long cpuUsec,
        long cpuThrottledUsec,
        long memoryBytes,
        long diskBytes,
        long processes,
        long netTxBytes,
        long netRxBytes,
        long ioReadBytes,
        long ioWriteBytes) {}
