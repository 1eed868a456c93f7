package dev.berth.tools;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of an external program: argument list, timeout, bounded output or a log file. */
final class Command {
    private static final int MAX_OUTPUT_BYTES = 1 << 20;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private final List<String> arguments;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Duration timeout = Duration.ofMinutes(1);
    private Optional<Path> directory = Optional.empty();

    private Command(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /** @param exitCode of the program */
    record Result(int exitCode, String output) {
        boolean ok() {
            return exitCode == 0;
        }
    }

    static Command of(String... arguments) {
        return new Command(List.of(arguments));
    }

    static Command of(List<String> arguments) {
        return new Command(arguments);
    }

    /** True when a program of this name can be started. */
    static boolean exists(String program) {
        return find(program).isPresent();
    }

    static Optional<Path> find(String program) {
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        places.addAll(List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/opt/homebrew/bin"));
        return places.stream()
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Command in(Path place) {
        directory = Optional.of(place);
        return this;
    }

    Command within(Duration limit) {
        timeout = limit;
        return this;
    }

    Command with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs it and returns what it wrote, both streams together, cut at a mebibyte. */
    Result run() {
        try {
            Process process = builder().redirectErrorStream(true).start();
            return guarded(process, process.getInputStream());
        } catch (IOException e) {
            return new Result(127, program() + ": " + e.getMessage());
        }
    }

    /** Runs it and gives each line of both streams as it comes: for what would not fit into a mebibyte. */
    int lines(Consumer<String> each) throws IOException {
        Process process = builder().redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            RUNNING.add(process);
            Thread reaper = Thread.ofVirtual().start(() -> endWhenLate(process));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(line);
            }
            int code = process.waitFor();
            reaper.interrupt();
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } finally {
            RUNNING.remove(process);
            process.destroyForcibly();
        }
    }

    /** Runs it with both streams appended to a file. */
    Result runTo(Path log) {
        try {
            Files.createDirectories(log.getParent());
            Process process = builder()
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return guarded(process, InputStream.nullInputStream());
        } catch (IOException e) {
            return new Result(127, program() + ": " + e.getMessage());
        }
    }

    /** Runs it with both streams in a file, and shows each line to {@code each} as it comes. */
    int runEach(Path log, Consumer<String> each) throws IOException {
        Process process = builder().redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter file = Files.newBufferedWriter(log)) {
            RUNNING.add(process);
            Thread reaper = Thread.ofVirtual().start(() -> endWhenLate(process));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                file.write(line + "\n");
                each.accept(line);
            }
            int code = process.waitFor();
            reaper.interrupt();
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } finally {
            RUNNING.remove(process);
            process.destroyForcibly();
        }
    }

    /** Runs it on this terminal and returns its exit code. */
    int runHere() {
        try {
            return guarded(builder().inheritIO().start(), InputStream.nullInputStream())
                    .exitCode();
        } catch (IOException e) {
            throw new Failure(Failure.START, "cannot start " + program() + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #run}, and a failure is a sentence that says what it was for. */
    String must(int exitCode, String purpose) {
        Result result = run();
        if (!result.ok()) {
            throw new Failure(exitCode, purpose + " failed: " + lastLine(result.output()));
        }
        return result.output();
    }

    /** As {@link #runTo}, and a failure names the log and its last line. */
    void mustTo(Path log, int exitCode, String purpose) {
        Result result = runTo(log);
        if (!result.ok()) {
            throw new Failure(exitCode, purpose + " failed (log: " + log + "): " + Logs.lastError(log));
        }
    }

    /** Ends every program that is still running; used when a run is given up. */
    static void endAll() {
        RUNNING.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        directory.ifPresent(place -> builder.directory(place.toFile()));
        return builder;
    }

    private Result guarded(Process process, InputStream output) throws IOException {
        RUNNING.add(process);
        Thread reaper = Thread.ofVirtual().start(() -> endWhenLate(process));
        try {
            byte[] head = output.readNBytes(MAX_OUTPUT_BYTES);
            output.skip(Long.MAX_VALUE);
            return new Result(process.waitFor(), new String(head, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Result(130, "interrupted");
        } finally {
            reaper.interrupt();
            RUNNING.remove(process);
        }
    }

    private void endWhenLate(Process process) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String program() {
        return arguments.getFirst();
    }

    private static String lastLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .reduce((a, b) -> b)
                .orElse("it said nothing")
                .strip();
    }
}
