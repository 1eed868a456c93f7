package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Long-running parts. Each is remembered in {@code run/NAME.pid} by its process id and the start time of that process,
 * so that an id the kernel has given to somebody else is never signalled.
 */
final class Daemons {
    private static final int STAT_START_TIME = 19;
    private static final List<String> OWN_VARIABLES =
            List.of("BERTH_VAR", "BERTH_PORT_BASE", "BERTH_ADMIN_SECRET", "MAVEN_OPTS");

    private final Settings settings;
    private final Map<String, String> inherited;
    private final Deque<String> started = new ArrayDeque<>();

    Daemons(Settings settings, Map<String, String> inherited) {
        this.settings = settings;
        this.inherited = Map.copyOf(inherited);
    }

    /**
     * @param name of the part, its log and its pid file
     * @param environment secrets travel here, never in {@code command}
     */
    record Spec(String name, List<String> command, Map<String, String> environment, Path directory) {
        Spec {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Spec[" + name + "]";
        }
    }

    void start(Spec spec) {
        List<String> command = new ArrayList<>();
        // its own session: Ctrl-C on this terminal is not for the parts
        Command.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(spec.command());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(spec.directory().toFile());
        builder.environment().putAll(inherited);
        OWN_VARIABLES.forEach(builder.environment()::remove);
        builder.environment().putAll(spec.environment());
        builder.redirectErrorStream(true);
        builder.redirectInput(Path.of("/dev/null").toFile());
        try {
            settings.ensureDirectory(settings.logs());
            rotate(settings.log(spec.name()));
            builder.redirectOutput(settings.log(spec.name()).toFile());
            Process process = builder.start();
            synchronized (started) {
                started.push(spec.name());
            }
            remember(spec.name(), process.toHandle());
        } catch (IOException e) {
            throw new Failure(Failure.START, "cannot start " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    /** The process of a part, empty when it does not run. */
    Optional<ProcessHandle> running(String name) {
        try {
            String[] words = Files.readString(pidFile(name)).strip().split(" ", 2);
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(handle -> words.length == 2 && startMark(handle).equals(words[1]))
                    .filter(Daemons::alive);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Asks the part to end, and ends it with its children when it has not in time. */
    boolean stop(String name, Duration grace) {
        Optional<ProcessHandle> handle = running(name);
        handle.ifPresent(process -> end(process, grace));
        try {
            Files.deleteIfExists(pidFile(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return handle.isPresent();
    }

    /** What this object has started, newest first. */
    List<String> started() {
        synchronized (started) {
            return List.copyOf(started);
        }
    }

    /** Waits until a part answers; says what its log says when it ends instead. */
    void awaitReady(String name, Duration limit, java.util.function.BooleanSupplier ready) {
        boolean answered = Waits.until(limit, () -> running(name).isEmpty() || ready.getAsBoolean());
        if (running(name).isEmpty()) {
            throw new Failure(
                    Failure.START,
                    "%s ended while it started (log: %s): %s"
                            .formatted(name, settings.log(name), Logs.lastError(settings.log(name))));
        }
        if (!answered) {
            throw new Failure(
                    Failure.START,
                    "%s was not ready after %d s (log: %s)".formatted(name, limit.toSeconds(), settings.log(name)));
        }
    }

    static void end(ProcessHandle process, Duration grace) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!Waits.until(grace, () -> !alive(process))) {
            process.destroyForcibly();
            Waits.until(Duration.ofSeconds(5), () -> !alive(process));
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void remember(String name, ProcessHandle handle) throws IOException {
        Path file = pidFile(name);
        settings.ensureDirectory(file.getParent());
        Path fresh =
                Files.writeString(file.resolveSibling(name + ".new"), handle.pid() + " " + startMark(handle) + "\n");
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** A process that has ended and that nobody has asked after is none. */
    static boolean alive(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
        } catch (IOException e) {
            return !Settings.linux() && handle.isAlive();
        }
    }

    /** When a process began, in a form that survives a change of the clock. */
    private static String startMark(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[STAT_START_TIME];
        } catch (IOException e) {
            return handle.info().startInstant().map(Object::toString).orElse("unknown");
        }
    }

    private Path pidFile(String name) {
        return settings.variable().resolve("run").resolve(name + ".pid");
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log)) {
            Files.move(
                    log,
                    log.resolveSibling(log.getFileName() + ".1"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
