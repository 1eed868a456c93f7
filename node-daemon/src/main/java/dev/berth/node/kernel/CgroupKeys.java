package dev.berth.node.kernel;

import java.util.Optional;

/** What limits and counters are called in one version of cgroups. A group is a path relative to the hierarchies. */
interface CgroupKeys {
    void limitMemory(String group, long bytes);

    void limitProcesses(String group, long processes);

    /** As {@link dev.berth.node.host.Host#setCpu}. */
    void limitCpu(String group, long quotaMilli, int weight);

    /** Empty when the group does not exist. */
    Optional<Long> cpuMicros(String group);

    long throttledMicros(String group);

    long memoryBytes(String group);

    long processes(String group);

    InputOutput inputOutput(String group);

    /** Bytes read from and written to block devices. */
    record InputOutput(long readBytes, long writeBytes) {
        static final InputOutput NONE = new InputOutput(0, 0);

        InputOutput plus(InputOutput other) {
            return new InputOutput(readBytes + other.readBytes, writeBytes + other.writeBytes);
        }
    }
}
