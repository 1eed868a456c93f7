package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.node.host.CpuRate;
import dev.berth.node.host.HostException;
import java.nio.file.Path;
import java.util.Optional;

/** Keys of the v1 and hybrid layouts: a hierarchy per controller (Documentation/admin-guide/cgroup-v1). */
final class CgroupV1 implements CgroupKeys {
    private static final long SHARES_OF_CPU = 1024;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long ORDINARY_WEIGHT = 100;
    private static final String UNLIMITED = "-1";

    private final Hierarchies hierarchies;
    private final CgroupFiles files;
    private final int cpus;

    CgroupV1(Hierarchies hierarchies, CgroupFiles files, int cpus) {
        this.hierarchies = hierarchies;
        this.files = files;
        this.cpus = cpus;
    }

    @Override
    public void limitMemory(String group, long bytes, Optional<Memory> finer) {
        Path limit = file("memory", group, "memory.limit_in_bytes");
        Path withSwap = file("memory", group, "memory.memsw.limit_in_bytes");
        long total = bytes + finer.flatMap(Memory::swapBytes).orElse(0L);
        Optional<String> current = files.read(withSwap);
        // The kernel holds limit <= limit with swap at every moment, so the order depends on the direction.
        if (current.isPresent() && Long.parseLong(current.get()) < total) {
            files.write(withSwap, Long.toString(total));
            files.write(limit, Long.toString(bytes));
        } else {
            files.write(limit, Long.toString(bytes));
            current.ifPresent(_ -> files.write(withSwap, Long.toString(total)));
        }
        // The nearest there is to memory.high: it works only when the host itself is short of memory.
        Path soft = file("memory", group, "memory.soft_limit_in_bytes");
        if (files.read(soft).isPresent()) {
            files.write(
                    soft, finer.flatMap(Memory::highBytes).map(Object::toString).orElse(UNLIMITED));
        }
    }

    @Override
    public void limitProcesses(String group, long processes) {
        files.write(file("pids", group, "pids.max"), Long.toString(processes));
    }

    @Override
    public void limitCpu(String group, CpuRate rate) {
        Bandwidth wanted = Bandwidth.of(rate, cpus);
        writeChanged(file("cpu", group, "cpu.cfs_period_us"), Long.toString(wanted.periodMicros()));
        writeChanged(file("cpu", group, "cpu.cfs_quota_us"), Long.toString(wanted.quotaMicros()));
        long shares = Math.clamp(rate.weight() * SHARES_OF_CPU / 1_000, MIN_SHARES, MAX_SHARES);
        writeChanged(file("cpu", group, "cpu.shares"), Long.toString(shares));
    }

    /** Writing a quota starts the period anew, with a full quota: not without need. */
    private void writeChanged(Path file, String value) {
        if (!files.read(file).equals(Optional.of(value))) {
            files.write(file, value);
        }
    }

    @Override
    public void freeze(String group, boolean frozen) {
        files.write(file("freezer", group, "freezer.state"), frozen ? "FROZEN" : "THAWED");
    }

    @Override
    public boolean frozen(String group) {
        return files.read(file("freezer", group, "freezer.state")).equals(Optional.of("FROZEN"));
    }

    @Override
    public void preferCpu(String group) {
        files.write(file("cpu", group, "cpu.shares"), Long.toString(10 * SHARES_OF_CPU));
    }

    @Override
    public void limitInputOutput(String group, String device, Optional<InputOutput> limits) {
        throttle(group, "read_bps_device", device, limits.flatMap(InputOutput::readBytesPerSecond));
        throttle(group, "write_bps_device", device, limits.flatMap(InputOutput::writeBytesPerSecond));
        throttle(group, "read_iops_device", device, limits.flatMap(InputOutput::readsPerSecond));
        throttle(group, "write_iops_device", device, limits.flatMap(InputOutput::writesPerSecond));
        Path weight = file("blkio", group, "blkio.bfq.weight");
        if (files.read(weight).isPresent()) {
            writeChanged(
                    weight,
                    limits.flatMap(InputOutput::weight).orElse(ORDINARY_WEIGHT).toString());
        }
    }

    /** 0 takes a limit away. A file without lines has none to take away. */
    private void throttle(String group, String key, String device, Optional<Long> value) {
        Path file = file("blkio", group, "blkio.throttle." + key);
        boolean limited = files.read(file).filter(text -> !text.isBlank()).isPresent();
        if (value.isPresent() || limited) {
            files.write(file, device + " " + value.orElse(0L));
        }
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
    public Transferred transferred(String group) {
        Optional<String> text = files.read(file("blkio", group, "blkio.throttle.io_service_bytes_recursive"));
        Transferred sum = Transferred.NONE;
        for (String line : text.orElse("").lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[1].equals("Read")) {
                sum = sum.plus(new Transferred(Long.parseLong(words[2]), 0));
            } else if (words.length == 3 && words[1].equals("Write")) {
                sum = sum.plus(new Transferred(0, Long.parseLong(words[2])));
            }
        }
        return sum;
    }

    @Override
    public long memoryLimitHits(String group) {
        // The limit with swap is asked first: without swap it is the one that is hit, which not every kernel counts.
        return number("memory", group, "memory.failcnt") + number("memory", group, "memory.memsw.failcnt");
    }

    @Override
    public Optional<Long> oomKills(String group) {
        return Optional.empty();
    }

    @Override
    public boolean reachedProcesses(String group) {
        Optional<Long> peak = files.read(file("pids", group, "pids.peak")).map(Long::parseLong);
        return peak.isEmpty() || peak.get() >= number("pids", group, "pids.max");
    }

    @Override
    public long processesRefused(String group) {
        return FlatKeys.value(files.read(file("pids", group, "pids.events")), "max");
    }

    @Override
    public boolean isHierarchical() {
        return false;
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
