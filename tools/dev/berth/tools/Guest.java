package dev.berth.tools;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One test host: a user-mode Linux with the shared root file system, an empty second disk and a directory it shares with this
 * machine, in which it finds its {@code job} and leaves what came of it. It has process ids, mounts and a network of its own, so
 * that ending one process ends everything and no trace of it can stay.
 *
 * @param directory of this host alone; made anew
 */
record Guest(String name, Path directory, Path kernel, Path root) implements HostJob {
    static final String DISK = "/dev/ubdb";
    private static final int MEMORY_MEBIBYTES = 2048;
    private static final long DISK_BYTES = 8L << 30;
    private static final int PROCESSORS = 2;
    static final int TAIL = 25;

    @Override
    public Path share() {
        return directory.resolve("share");
    }

    @Override
    public Path output() {
        return share().resolve("output");
    }

    Path console() {
        return directory.resolve("console.log");
    }

    /** There when its job has ended. */
    Path code() {
        return share().resolve("code");
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
    @Override
    public Outcome run(Duration limit) {
        Command.Result result = Command.of(command()).within(limit).runTo(console());
        try {
            if (Files.exists(code())) {
                int job = Integer.parseInt(Files.readString(code()).strip());
                return new Outcome(job, "its job ended with " + job);
            }
            return new Outcome(
                    1,
                    "it ended with %d before its job did, or did not end within %d s"
                            .formatted(result.exitCode(), limit.toSeconds()));
        } catch (IOException | NumberFormatException e) {
            return new Outcome(1, "its exit code cannot be read: " + e.getMessage());
        } finally {
            removeDisks();
        }
    }

    /** 8 GiB sparse, and of no use to anyone who looks for a fault. */
    void removeDisks() {
        directory.resolve("disk").toFile().delete();
        directory.resolve("root.cow").toFile().delete();
    }

    private List<String> command() {
        // A killed run ends its hosts, too.
        List<String> command = new ArrayList<>(List.of(
                "setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"));
        command.addAll(boot());
        return command;
    }

    /** Boots it in the network of whoever runs this, where the tap is. Ends with the caller's process ids. */
    List<String> onBridge(String tap, String mac) {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(boot());
        // Without gro TCP stalls.
        command.add("vec0:transport=tap,ifname=%s,depth=64,gro=1,mac=%s".formatted(tap, mac));
        return command;
    }

    private List<String> boot() {
        return List.of(
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

    @Override
    public String lastWords() {
        return Logs.tail(console(), TAIL) + Logs.tail(output(), TAIL);
    }
}
