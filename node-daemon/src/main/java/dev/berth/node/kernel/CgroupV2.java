package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.Optional;

/** Keys of the unified layout (Documentation/admin-guide/cgroup-v2.rst). */
final class CgroupV2 implements CgroupKeys {
    private static final int MAX_WEIGHT = 10_000;

    private final Path root;
    private final CgroupFiles files;

    CgroupV2(Path root, CgroupFiles files) {
        this.root = root;
        this.files = files;
    }

    @Override
    public void limitMemory(String group, long bytes) {
        files.write(file(group, "memory.max"), Long.toString(bytes));
        Path swap = file(group, "memory.swap.max");
        // Missing where the kernel counts no swap.
        if (files.read(swap).isPresent()) {
            files.write(swap, "0");
        }
    }

    @Override
    public void limitProcesses(String group, long processes) {
        files.write(file(group, "pids.max"), Long.toString(processes));
    }

    @Override
    public void limitCpu(String group, long quotaMilli, int weight) {
        Bandwidth wanted = Bandwidth.ofMilli(quotaMilli);
        files.write(file(group, "cpu.max"), wanted.quotaMicros() + " " + wanted.periodMicros());
        files.write(file(group, "cpu.weight"), Integer.toString(Math.clamp(weight, 1, MAX_WEIGHT)));
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
    public InputOutput inputOutput(String group) {
        InputOutput sum = InputOutput.NONE;
        for (String word : files.read(file(group, "io.stat")).orElse("").split("\\s+", -1)) {
            if (word.startsWith("rbytes=")) {
                sum = sum.plus(new InputOutput(Long.parseLong(word.substring("rbytes=".length())), 0));
            } else if (word.startsWith("wbytes=")) {
                sum = sum.plus(new InputOutput(0, Long.parseLong(word.substring("wbytes=".length()))));
            }
        }
        return sum;
    }

    private long number(String group, String key) {
        return files.read(file(group, key)).map(Long::parseLong).orElse(0L);
    }

    private Path file(String group, String key) {
        return root.resolve(group).resolve(key);
    }
}
