package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.nio.file.Path;
import java.util.Optional;

/** Keys of the v1 and hybrid layouts: a hierarchy per controller (Documentation/admin-guide/cgroup-v1). */
final class CgroupV1 implements CgroupKeys {
    private static final long SHARES_PER_100 = 1024;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;

    private final Hierarchies hierarchies;
    private final CgroupFiles files;

    CgroupV1(Hierarchies hierarchies, CgroupFiles files) {
        this.hierarchies = hierarchies;
        this.files = files;
    }

    @Override
    public void limitMemory(String group, long bytes) {
        Path limit = file("memory", group, "memory.limit_in_bytes");
        Path withSwap = file("memory", group, "memory.memsw.limit_in_bytes");
        Optional<String> current = files.read(withSwap);
        // The kernel holds limit <= limit with swap at every moment, so the order depends on the direction.
        if (current.isPresent() && Long.parseLong(current.get()) < bytes) {
            files.write(withSwap, Long.toString(bytes));
            files.write(limit, Long.toString(bytes));
        } else {
            files.write(limit, Long.toString(bytes));
            current.ifPresent(_ -> files.write(withSwap, Long.toString(bytes)));
        }
    }

    @Override
    public void limitProcesses(String group, long processes) {
        files.write(file("pids", group, "pids.max"), Long.toString(processes));
    }

    @Override
    public void limitCpu(String group, long quotaMilli, int weight) {
        Bandwidth wanted = Bandwidth.ofMilli(quotaMilli);
        Path period = file("cpu", group, "cpu.cfs_period_us");
        Path quota = file("cpu", group, "cpu.cfs_quota_us");
        if (!files.read(period).equals(Optional.of(Long.toString(wanted.periodMicros())))) {
            files.write(period, Long.toString(wanted.periodMicros()));
        }
        files.write(quota, Long.toString(wanted.quotaMicros()));
        long shares = Math.clamp(weight * SHARES_PER_100 / 100, MIN_SHARES, MAX_SHARES);
        files.write(file("cpu", group, "cpu.shares"), Long.toString(shares));
    }

    @Override
    public Optional<Long> cpuMicros(String group) {
        return files.read(file("cpuacct", group, "cpuacct.usage")).map(nanos -> Long.parseLong(nanos) / 1000);
    }

    @Override
    public long throttledMicros(String group) {
        return FlatKeys.value(files.read(file("cpu", group, "cpu.stat")), "throttled_time") / 1000;
    }

    @Override
    public long memoryBytes(String group) {
        return number("memory", group, "memory.usage_in_bytes");
    }

    @Override
    public long processes(String group) {
        return number("pids", group, "pids.current");
    }

    @Override
    public InputOutput inputOutput(String group) {
        Optional<String> text = files.read(file("blkio", group, "blkio.throttle.io_service_bytes_recursive"));
        InputOutput sum = InputOutput.NONE;
        for (String line : text.orElse("").lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[1].equals("Read")) {
                sum = sum.plus(new InputOutput(Long.parseLong(words[2]), 0));
            } else if (words.length == 3 && words[1].equals("Write")) {
                sum = sum.plus(new InputOutput(0, Long.parseLong(words[2])));
            }
        }
        return sum;
    }

    private long number(String controller, String group, String key) {
        return files.read(file(controller, group, key)).map(Long::parseLong).orElse(0L);
    }

    private Path file(String controller, String group, String key) {
        Path mount = hierarchies
                .controller(controller)
                .orElseThrow(() -> new HostException("no cgroup controller " + controller));
        return mount.resolve(group).resolve(key);
    }
}
