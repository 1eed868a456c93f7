package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs of the host by argument list, each with a deadline and a bound on what it may say. */
final class Programs {
    static final Duration ORDINARY = Duration.ofSeconds(30);
    /** All that programs of the host are told. */
    static final List<String> ENVIRONMENT = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8");

    static final int ORDINARY_OUTPUT = 16 << 20;
    private static final Duration AFTER_EXIT = Duration.ofMillis(500);
    private static final int MESSAGE_CHARS = 600;

    /** Longer than any deadline. */
    private static final Duration UNBOUNDED = Duration.ofDays(1);

    private final Optional<Path> preferred;
    private final Duration longest;

    Programs() {
        this(Optional.empty(), UNBOUNDED);
    }

    /**
     * @param preferred directory whose programs are run instead of the host's of the same name
     * @param longest no deadline is later
     */
    Programs(Optional<Path> preferred, Duration longest) {
        this.preferred = preferred;
        this.longest = longest;
    }

    /**
     * @param arguments program and arguments; never a shell string
     * @param input what it reads on standard input
     * @param maxOutputBytes kept of standard output and of standard error, each
     */
    record Command(List<String> arguments, String input, Duration timeout, int maxOutputBytes) {
        Command {
            arguments = List.copyOf(arguments);
        }

        static Command of(String... arguments) {
            return new Command(List.of(arguments), "", ORDINARY, ORDINARY_OUTPUT);
        }

        Command input(String text) {
            return new Command(arguments, text, timeout, maxOutputBytes);
        }

        Command timeout(Duration newTimeout) {
            return new Command(arguments, input, newTimeout, maxOutputBytes);
        }

        Command maxOutput(int bytes) {
            return new Command(arguments, input, timeout, bytes);
        }

        String program() {
            return arguments.getFirst();
        }
    }

    /** @param exitCode of the program, -1 when it was killed at its deadline */
    record Result(int exitCode, String output, String errors, boolean truncated) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** Runs it and returns its standard output; any other end than exit 0 is a {@link HostException}. */
    String check(Command command) {
        Result result = run(command);
        if (!result.succeeded()) {
            String said = (result.errors() + result.output()).strip();
            throw new HostException("%s ended with %d: %s"
                    .formatted(
                            String.join(" ", command.arguments()),
                            result.exitCode(),
                            said.substring(0, Math.min(said.length(), MESSAGE_CHARS))));
        }
        return result.output();
    }

    /** Runs it to its end or its deadline. */
    Result run(Command command) {
        try {
            Process process = builder(command).start();
            try {
                return await(process, command);
            } finally {
                kill(process);
            }
        } catch (IOException e) {
            throw new HostException("cannot run %s: %s".formatted(command.program(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while %s ran".formatted(command.program()), e);
        }
    }

    /** A program that goes on until the caller destroys it. */
    Process start(String... arguments) {
        try {
            return builder(Command.of(arguments)).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new HostException("cannot run %s: %s".formatted(arguments[0], e.getMessage()), e);
        }
    }

    private ProcessBuilder builder(Command command) {
        List<String> arguments = new ArrayList<>(command.arguments());
        preferred
                .map(directory -> directory.resolve(command.program()))
                .filter(Files::isExecutable)
                .ifPresent(program -> arguments.set(0, program.toString()));
        ProcessBuilder builder = new ProcessBuilder(arguments);
        Map<String, String> environment = builder.environment();
        environment.clear();
        for (String variable : ENVIRONMENT) {
            String[] words = variable.split("=", 2);
            environment.put(words[0], words[1]);
        }
        return builder;
    }

    private Result await(Process process, Command command) throws InterruptedException {
        Duration deadline = longest.compareTo(command.timeout()) < 0 ? longest : command.timeout();
        Collector output = new Collector(process.getInputStream(), command.maxOutputBytes());
        Collector errors = new Collector(process.getErrorStream(), command.maxOutputBytes());
        Thread outputReader = Thread.ofPlatform().daemon().name("program-out").start(output);
        Thread errorReader = Thread.ofPlatform().daemon().name("program-err").start(errors);
        feed(process, command.input());
        boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            kill(process);
        }
        // A daemon it left behind may hold the pipes open for ever: what was said until now is the output.
        outputReader.join(AFTER_EXIT);
        errorReader.join(AFTER_EXIT);
        return new Result(
                ended ? process.exitValue() : -1,
                output.text(),
                ended ? errors.text() : "killed after " + deadline,
                output.truncated() || errors.truncated());
    }

    private static void feed(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It ended without reading all of it; its exit code says whether that was right.
            return;
        }
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Reads a stream to its end, keeping the first bytes only. */
    private static final class Collector implements Runnable {
        private final InputStream stream;
        private final int limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean truncated;

        Collector(InputStream stream, int limit) {
            this.stream = stream;
            this.limit = limit;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try (stream) {
                for (int got = stream.read(buffer); got >= 0; got = stream.read(buffer)) {
                    keep(buffer, got);
                }
            } catch (IOException _) {
                // The pipe was closed under us because the program was killed.
                return;
            }
        }

        private synchronized void keep(byte[] buffer, int length) {
            int room = Math.min(length, limit - kept.size());
            kept.write(buffer, 0, room);
            truncated |= room < length;
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }

        synchronized boolean truncated() {
            return truncated;
        }
    }
}
