package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The control groups of an instance's contexts, in either layout of the kernel, and the processes in them. */
final class Groups {
    private static final Path ALL = Path.of("/sys/fs/cgroup");
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int STAT_START_TIME = 19;
    private static final String USAGE = "usage_usec ";

    private final boolean unified = Files.exists(ALL.resolve("cgroup.controllers"));
    private final Path accounting;
    private final Path monitors;
    private final Path memory;

    Groups(String name) {
        accounting = (unified ? ALL : ALL.resolve("cpuacct")).resolve(name);
        monitors = accounting.resolveSibling(monitors(name));
        memory = (unified ? ALL : ALL.resolve("memory")).resolve(name);
    }

    /** Where the runtime's monitors are: beside the contexts, whose limits and counters are not for them. */
    static String monitors(String name) {
        return name + "-monitors";
    }

    /** A context's process 1 as the host numbers it; no two have both in common. */
    record Init(long pid, long startTicks) {}

    Path root() {
        return accounting;
    }

    OptionalLong cpuMicros(String id) {
        Path group = accounting.resolve(id);
        Optional<Long> micros = unified
                ? read(group.resolve("cpu.stat")).flatMap(Groups::usage)
                : read(group.resolve("cpuacct.usage")).map(nanos -> Long.parseLong(nanos) / NANOS_PER_MICRO);
        return micros.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    private static Optional<Long> usage(String stat) {
        return stat.lines()
                .filter(line -> line.startsWith(USAGE))
                .map(line -> Long.parseLong(line.substring(USAGE.length())))
                .findFirst();
    }

    long memoryBytes(String id) {
        return read(memory.resolve(id).resolve(unified ? "memory.current" : "memory.usage_in_bytes"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    /** The child of the runtime's monitor. */
    Optional<Init> init(String id) {
        return read(monitors.resolve(id).resolve("cgroup.procs"))
                .flatMap(text -> text.lines().findFirst())
                .flatMap(monitor -> read(Path.of("/proc", monitor, "task", monitor, "children")))
                .flatMap(children -> children.isBlank() ? Optional.empty() : Optional.of(children.split(" ")[0]))
                .flatMap(Groups::live);
    }

    private static Optional<Init> live(String pid) {
        return read(Path.of("/proc", pid, "stat"))
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" "))
                .filter(words -> "ZX".indexOf(words[0].charAt(0)) < 0)
                .map(words -> new Init(Long.parseLong(pid), Long.parseLong(words[STAT_START_TIME])));
    }

    static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            // not there, or it went away while it was listed: the next look sees the rest
            return List.of();
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
