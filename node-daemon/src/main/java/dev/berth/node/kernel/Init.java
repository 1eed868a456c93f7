package dev.berth.node.kernel;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A context's process 1, found in {@code /proc} (proc(5)).
 *
 * @param pid on the host
 * @param startNanos since boot
 */
record Init(long pid, long startNanos) {
    /** USER_HZ, which is 100 on every architecture Berth runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int START_TIME_AFTER_COMMAND = 19;

    /** The child of LXC's monitor: found at once, wherever in its cgroups a context has moved it. */
    static Optional<Init> childOf(List<Long> monitors) {
        return among(monitors.stream()
                .flatMap(monitor -> read(monitor, "task/%d/children".formatted(monitor)).stream())
                .flatMap(text -> Stream.of(text.strip().split(" ", -1)))
                .filter(pid -> !pid.isEmpty())
                .map(Long::parseLong)
                .toList());
    }

    static Optional<Init> among(List<Long> processes) {
        // Process 1 came first, so it nearly always has the lowest number.
        return processes.stream()
                .sorted()
                .filter(Init::isFirstOfItsNamespace)
                .findFirst()
                .flatMap(pid -> startTicks(pid).map(ticks -> new Init(pid, ticks * NANOS_PER_TICK)));
    }

    private static boolean isFirstOfItsNamespace(long pid) {
        return read(pid, "status")
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith("NSpid:")).findFirst())
                .map(line -> line.split("\\s+", -1))
                // NSpid: <host> <inside>; a third number is a namespace the context made itself.
                .filter(words -> words.length == 3 && words[2].equals("1"))
                .isPresent();
    }

    private static Optional<Long> startTicks(long pid) {
        return read(pid, "stat").map(text -> {
            // The command is in parentheses and may hold anything, blanks and parentheses too.
            String[] words = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(words[START_TIME_AFTER_COMMAND]);
        });
    }

    private static Optional<String> read(long pid, String file) {
        try {
            return Optional.of(Syscalls.readFile("/proc/%d/%s".formatted(pid, file)));
        } catch (SyscallException _) {
            return Optional.empty();
        }
    }
}
