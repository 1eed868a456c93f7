package dev.berth.node.kernel;

import dev.berth.node.host.Console;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** LXC's programs. Each context's directory is {@code <run>/<id>} with {@code lxc.conf} and {@code lxc.log}. */
final class Lxc {
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(20);
    private static final int LOG_TAIL = 2000;

    /** Of a start's log, which begins anew each time: its first lines say why it failed. */
    private static final int MAX_LOG_CHARS = 3_500;

    private static final String INSIDE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Needs nothing of login and PAM: a console is what mends them. */
    private static final String LOGIN_SHELL =
            "cd /root 2>/dev/null; [ -x /bin/bash ] && exec /bin/bash -l; exec /bin/sh -l";

    private final Path run;
    private final Programs programs;

    Lxc(Path run, Programs programs) {
        this.run = run;
        this.programs = programs;
    }

    /** Returns when LXC says RUNNING. The context's processes are no children of this JVM and do not end with it. */
    void start(String contextId, String config) {
        Path directory = run.resolve(contextId);
        Directories.writeFleeting(directory.resolve("lxc.conf"), config);
        Path log = directory.resolve("lxc.log");
        Directories.writeFleeting(log, "");
        Programs.Result result = programs.run(Programs.Command.of(
                        "lxc-start",
                        "--name=" + contextId,
                        "--lxcpath=" + run,
                        "--rcfile=" + directory.resolve("lxc.conf"),
                        "--logfile=" + log,
                        "--logpriority=WARN",
                        "--daemon")
                .timeout(START_WITHIN));
        if (!result.succeeded()) {
            String said = text(log);
            throw StartFailure.of(said)
                    .exception("lxc-start ended with %d: %s\n%s"
                            .formatted(result.exitCode(), result.errors().strip(), said));
        }
    }

    /** Asks init to shut down and ends it after {@code grace}; at once when that is zero. */
    void stop(String contextId, Duration grace) {
        List<String> arguments = new ArrayList<>(List.of("lxc-stop", "--name=" + contextId, "--lxcpath=" + run));
        if (grace.toSeconds() > 0) {
            arguments.add("--timeout=" + grace.toSeconds());
        } else {
            arguments.add("--kill");
        }
        // Its end is looked at in the cgroup, not here: whatever it says, the caller kills what is left.
        programs.run(new Programs.Command(arguments, "", grace.plus(KILL_WITHIN), LOG_TAIL));
    }

    ExecResult exec(String contextId, List<String> command, Duration timeout, int maxOutputBytes) {
        List<String> arguments = new ArrayList<>(List.of(
                "lxc-attach",
                "--name=" + contextId,
                "--lxcpath=" + run,
                "--clear-env",
                "--set-var=PATH=" + INSIDE_PATH,
                "--set-var=HOME=/root",
                "--"));
        arguments.addAll(command);
        Programs.Result result = programs.run(new Programs.Command(arguments, "", timeout, maxOutputBytes));
        String output = result.output() + result.errors();
        boolean longer = output.length() > maxOutputBytes;
        return new ExecResult(
                result.exitCode(), longer ? output.substring(0, maxOutputBytes) : output, longer || result.truncated());
    }

    /** {@code lxc-attach} makes a second terminal inside, so that none of the host's is in a customer's hands. */
    Console console(String contextId, Console.Size size) {
        List<String> arguments = List.of(
                "lxc-attach",
                "--name=" + contextId,
                "--lxcpath=" + run,
                "--clear-env",
                "--set-var=PATH=" + INSIDE_PATH,
                "--set-var=HOME=/root",
                "--set-var=USER=root",
                "--set-var=TERM=xterm-256color",
                "--",
                "/bin/sh",
                "-c",
                LOGIN_SHELL);
        return Pty.spawn(arguments, Programs.ENVIRONMENT, size);
    }

    private static String text(Path log) {
        try {
            String text = Files.readString(log).strip();
            return text.substring(0, Math.min(text.length(), MAX_LOG_CHARS));
        } catch (IOException e) {
            return "(no log: %s)".formatted(e.getMessage());
        }
    }
}
