package dev.berth.node.host;

/**
 * Absolute counters since the outer cgroup and the named nft counters were made, and gauges (memory, disk, processes).
 *
 * @param localTxBytes the part of {@code netTxBytes} that went to local networks
 * @param localRxBytes the part of {@code netRxBytes} that came from local networks
 */
public record KernelCounters(
        long cpuUsec,
        long cpuThrottledUsec,
        long memoryBytes,
        long diskBytes,
        long processes,
        long netTxBytes,
        long netRxBytes,
        long ioReadBytes,
        long ioWriteBytes,
        long localTxBytes,
        long localRxBytes) {
    /** The same counters with other gauges. */
    public KernelCounters withGauges(long memory, long disk, long processCount) {
        return new KernelCounters(
                cpuUsec,
                cpuThrottledUsec,
                memory,
                disk,
                processCount,
                netTxBytes,
                netRxBytes,
                ioReadBytes,
                ioWriteBytes,
                localTxBytes,
                localRxBytes);
    }
}
