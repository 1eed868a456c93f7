package dev.berth.node.kernel;

import dev.berth.contract.StorageStatus.Limit;
import dev.berth.node.host.HostTotals;
import dev.berth.node.host.KernelCounters;
import java.util.Optional;

/** What the kernel counts and what it holds contexts to, from group, quota and packet filter. */
final class Counting {
    private final HostConfig config;
    private final Cgroup cgroup;
    private final QuotaDriver quota;
    private final Nftables nftables;

    Counting(HostConfig config, Cgroup cgroup, QuotaDriver quota, Nftables nftables) {
        this.config = config;
        this.cgroup = cgroup;
        this.quota = quota;
        this.nftables = nftables;
    }

    Optional<KernelCounters> of(String contextId) {
        Optional<Long> cpu = cgroup.cpuMicros(contextId);
        if (cpu.isEmpty()) {
            return Optional.empty();
        }
        String group = cgroup.outer(contextId);
        CgroupKeys keys = cgroup.keys();
        CgroupKeys.Transferred io = keys.transferred(group);
        long localSent = nftables.localSentBytes(contextId).orElse(0L);
        long localReceived = nftables.localReceivedBytes(contextId).orElse(0L);
        return Optional.of(new KernelCounters(
                cpu.get(),
                keys.throttledMicros(group),
                keys.memoryBytes(group),
                quota.used(config.context(contextId)).bytes(),
                keys.processes(group),
                nftables.sentBytes(contextId).orElse(0L),
                nftables.receivedBytes(contextId).orElse(0L),
                io.readBytes(),
                io.writeBytes(),
                localSent,
                localReceived));
    }

    /** Groups that were removed stay in what is above them: nothing is lost when a context ends. */
    Optional<HostTotals> all() {
        return cgroup.allCpuMicros()
                .map(cpu -> new HostTotals(
                        cpu,
                        nftables.allSentBytes().orElse(0L),
                        nftables.allReceivedBytes().orElse(0L)));
    }

    Optional<Limit> limit(String contextId) {
        return quota.limit(config.context(contextId)).map(limit -> new Limit(limit.bytes(), limit.inodes()));
    }
}
