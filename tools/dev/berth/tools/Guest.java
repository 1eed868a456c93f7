package dev.berth.tools;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One test host: a user-mode Linux with the shared root file system, an empty second disk and a directory it shares with this
 * machine, in which it finds its {@code job} and leaves what came of it. It has process ids, mounts and a network of its own, so
 * that ending one process ends everything and no trace of it can stay.
 *
 * @param directory of this host alone; made anew
 */
record Guest(String name, Path directory, Path kernel, Path root) {
    static final String DISK = "/dev/ubdb";
    private static final int MEMORY_MEBIBYTES = 2048;
    private static final long DISK_BYTES = 8L << 30;
    private static final int PROCESSORS = 2;
    private static final int TAIL = 25;

    Path share() {
        return directory.resolve("share");
    }

    Path output() {
        return share().resolve("output");
    }

    private Path console() {
        return directory.resolve("console.log");
    }

    void prepare(String job) throws IOException {
        Command.of("rm", "-rf", "--one-file-system", directory.toString())
                .within(Duration.ofMinutes(1))
                .must(Failure.HOST, "removing " + directory);
        Files.createDirectories(share());
        Files.writeString(share().resolve("job"), job);
        try (RandomAccessFile disk =
                new RandomAccessFile(directory.resolve("disk").toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
    }

    /** Boots it and waits until it has switched itself off. @return the job's exit code, or why there is none */
    Outcome run(Duration limit) {
        Command.Result result = Command.of(command()).within(limit).runTo(console());
        try {
            Path code = share().resolve("code");
            if (Files.exists(code)) {
                int job = Integer.parseInt(Files.readString(code).strip());
                return new Outcome(job, "its job ended with " + job);
            }
            return new Outcome(
                    1,
                    "it ended with %d before its job did, or did not end within %d s"
                            .formatted(result.exitCode(), limit.toSeconds()));
        } catch (IOException | NumberFormatException e) {
            return new Outcome(1, "its exit code cannot be read: " + e.getMessage());
        } finally {
            // 8 GiB sparse, and of no use to anyone who looks for a fault
            directory.resolve("disk").toFile().delete();
            directory.resolve("root.cow").toFile().delete();
        }
    }

    /** @param code 0 when the job did well */
    record Outcome(int code, String text) {}

    private List<String> command() {
        return List.of(
                // A killed run ends its hosts, too.
                "setpriv",
                "--pdeathsig=KILL",
                "unshare",
                "--mount",
                "--pid",
                "--net",
                "--fork",
                "--kill-child",
                kernel.toString(),
                "umid=" + name,
                "uml_dir=" + directory,
                "mem=" + MEMORY_MEBIBYTES + "M",
                "ncpus=" + PROCESSORS,
                // more than one processor needs it
                "seccomp=on",
                "ubd0=" + directory.resolve("root.cow") + "," + root,
                "ubd1=" + directory.resolve("disk"),
                "root=/dev/ubda",
                "rw",
                "quiet",
                "con0=null,fd:1",
                "con=null",
                "ssl=null",
                "net.ifnames=0",
                "security=apparmor",
                "berth.share=" + share());
    }

    /** The ends of what it said, for whoever has to find out why. */
    String lastWords() {
        return Logs.tail(console(), TAIL) + Logs.tail(output(), TAIL);
    }
}
