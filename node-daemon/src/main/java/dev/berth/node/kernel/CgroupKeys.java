package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.node.host.CpuRate;
import java.util.Optional;

/** What limits and counters are called in one version of cgroups. A group is a path relative to the hierarchies. */
interface CgroupKeys {
    /** The hard limit, and what holds below and beside it. */
    void limitMemory(String group, long bytes, Optional<Memory> finer);

    void limitProcesses(String group, long processes);

    /** As {@link dev.berth.node.host.Host#setCpu}. */
    void limitCpu(String group, CpuRate rate);

    /** Puts all contexts before what else runs on the host, so that reservations hold against it, too. */
    void preferCpu(String group);

    /** @param device {@code major:minor} of a whole disk */
    void limitInputOutput(String group, String device, Optional<InputOutput> limits);

    /** Asks the kernel to hold, or to let go, all processes of a group and of those below it. */
    void freeze(String group, boolean frozen);

    /** Whether all of them are held; false where there is no such group. */
    boolean frozen(String group);

    /** Empty when the group does not exist. */
    Optional<Long> cpuMicros(String group);

    long throttledMicros(String group);

    long memoryBytes(String group);

    long processes(String group);

    Transferred transferred(String group);

    /** How often memory was reclaimed in this group because a limit was reached. */
    long memoryLimitHits(String group);

    /** Processes killed for want of memory, empty where the kernel counts them in each group below alone. */
    Optional<Long> oomKills(String group);

    /** Whether the group ever had as many processes as it may; true where the kernel does not tell. */
    boolean reachedProcesses(String group);

    /** How often a process was refused in this very group. */
    long processesRefused(String group);

    /** Whether what is counted and limited in a group is so for the groups below it. */
    boolean isHierarchical();

    /** Bytes read from and written to block devices. */
    record Transferred(long readBytes, long writeBytes) {
        static final Transferred NONE = new Transferred(0, 0);

        Transferred plus(Transferred other) {
            return new Transferred(readBytes + other.readBytes, writeBytes + other.writeBytes);
        }
    }
}
