package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.node.host.CpuRate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of the unified layout (Documentation/admin-guide/cgroup-v2.rst). */
final class CgroupV2 implements CgroupKeys {
    private static final long MAX_WEIGHT = 10_000;
    private static final long ORDINARY_WEIGHT = 100;

    /** Weights only compare: this leaves room for forty CPUs above and for a two-hundredth below. */
    private static final long WEIGHT_OF_CPU = 250;

    private static final String UNLIMITED = "max";

    private final Path root;
    private final CgroupFiles files;
    private final int cpus;

    CgroupV2(Path root, CgroupFiles files, int cpus) {
        this.root = root;
        this.files = files;
        this.cpus = cpus;
    }

    @Override
    public void limitMemory(String group, long bytes, Optional<Memory> finer) {
        files.write(file(group, "memory.max"), Long.toString(bytes));
        files.write(
                file(group, "memory.high"),
                finer.flatMap(Memory::highBytes).map(Object::toString).orElse(UNLIMITED));
        Path swap = file(group, "memory.swap.max");
        // Missing where the kernel counts no swap.
        if (files.read(swap).isPresent()) {
            files.write(swap, finer.flatMap(Memory::swapBytes).orElse(0L).toString());
        }
    }

    @Override
    public void limitProcesses(String group, long processes) {
        files.write(file(group, "pids.max"), Long.toString(processes));
    }

    @Override
    public void limitCpu(String group, CpuRate rate) {
        Bandwidth wanted = Bandwidth.of(rate, cpus);
        String quota = wanted.quotaMicros() == Bandwidth.NO_QUOTA ? UNLIMITED : Long.toString(wanted.quotaMicros());
        writeChanged(file(group, "cpu.max"), quota + " " + wanted.periodMicros());
        long weight = Math.clamp(rate.weight() * WEIGHT_OF_CPU / 1_000, 1, MAX_WEIGHT);
        writeChanged(file(group, "cpu.weight"), Long.toString(weight));
    }

    @Override
    public void freeze(String group, boolean frozen) {
        files.write(file(group, "cgroup.freeze"), frozen ? "1" : "0");
    }

    /** The group may be empty: then nothing is held, although it is said to be frozen. */
    @Override
    public boolean frozen(String group) {
        return files.read(file(group, "cgroup.events")).stream()
                .flatMap(String::lines)
                .anyMatch("frozen 1"::equals);
    }

    /** Writing a quota starts the period anew, with a full quota: not without need. */
    private void writeChanged(Path file, String value) {
        if (!files.read(file).equals(Optional.of(value))) {
            files.write(file, value);
        }
    }

    @Override
    public void preferCpu(String group) {
        files.write(file(group, "cpu.weight"), Long.toString(10 * ORDINARY_WEIGHT));
    }

    @Override
    public void limitInputOutput(String group, String device, Optional<InputOutput> limits) {
        Path max = file(group, "io.max");
        boolean limited = files.read(max).filter(text -> !text.isBlank()).isPresent();
        if (limits.isPresent() || limited) {
            files.write(
                    max,
                    "%s rbps=%s wbps=%s riops=%s wiops=%s"
                            .formatted(
                                    device,
                                    orMax(limits.flatMap(InputOutput::readBytesPerSecond)),
                                    orMax(limits.flatMap(InputOutput::writeBytesPerSecond)),
                                    orMax(limits.flatMap(InputOutput::readsPerSecond)),
                                    orMax(limits.flatMap(InputOutput::writesPerSecond))));
        }
        // One for the kernel's cost model, one for the BFQ scheduler: each is there when it is built in.
        String weight =
                limits.flatMap(InputOutput::weight).orElse(ORDINARY_WEIGHT).toString();
        for (String key : List.of("io.weight", "io.bfq.weight")) {
            if (files.read(file(group, key)).isPresent()) {
                files.write(file(group, key), weight);
            }
        }
    }

    private static String orMax(Optional<Long> value) {
        return value.map(Object::toString).orElse(UNLIMITED);
    }

    @Override
    public Optional<Long> cpuMicros(String group) {
        Optional<String> stat = files.read(file(group, "cpu.stat"));
        return stat.isEmpty() ? Optional.empty() : Optional.of(FlatKeys.value(stat, "usage_usec"));
    }

    @Override
    public long throttledMicros(String group) {
        return FlatKeys.value(files.read(file(group, "cpu.stat")), "throttled_usec");
    }

    @Override
    public long memoryBytes(String group) {
        return number(group, "memory.current");
    }

    @Override
    public long processes(String group) {
        return number(group, "pids.current");
    }

    @Override
    public Transferred transferred(String group) {
        Transferred sum = Transferred.NONE;
        for (String word : files.read(file(group, "io.stat")).orElse("").split("\\s+", -1)) {
            if (word.startsWith("rbytes=")) {
                sum = sum.plus(new Transferred(Long.parseLong(word.substring("rbytes=".length())), 0));
            } else if (word.startsWith("wbytes=")) {
                sum = sum.plus(new Transferred(0, Long.parseLong(word.substring("wbytes=".length()))));
            }
        }
        return sum;
    }

    @Override
    public long memoryLimitHits(String group) {
        return FlatKeys.value(files.read(file(group, "memory.events")), "max");
    }

    @Override
    public Optional<Long> oomKills(String group) {
        return Optional.of(FlatKeys.value(files.read(file(group, "memory.events")), "oom_kill"));
    }

    @Override
    public boolean reachedProcesses(String group) {
        return true;
    }

    @Override
    public long processesRefused(String group) {
        return FlatKeys.value(files.read(file(group, "pids.events")), "max");
    }

    @Override
    public boolean isHierarchical() {
        return true;
    }

    private long number(String group, String key) {
        return files.read(file(group, key)).map(Long::parseLong).orElse(0L);
    }

    private Path file(String group, String key) {
        return root.resolve(group).resolve(key);
    }
}
