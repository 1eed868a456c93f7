package dev.berth.tools;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One test host: the shared root file system, an empty second disk and a directory it shares with this machine, in which it finds its
 * {@code job} and leaves what came of it.
 *
 * @param directory of this host alone; made anew
 */
record Guest(String name, Path directory, Machine machine) implements HostJob {
    private static final long DISK_BYTES = 8L << 30;
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

    Path disk() {
        return directory.resolve("disk");
    }

    /** What it writes to its root file system, where that is a file of its own. */
    Path layer() {
        return directory.resolve("root.cow");
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
        try (RandomAccessFile disk = new RandomAccessFile(disk().toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
    }

    /** Boots it and waits until it has switched itself off. @return the job's exit code, or why there is none */
    @Override
    public Outcome run(Duration limit) {
        Command.Result result = Command.of(machine.command(this)).within(limit).runTo(console());
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
        disk().toFile().delete();
        layer().toFile().delete();
    }

    @Override
    public String lastWords() {
        return Logs.tail(console(), TAIL) + Logs.tail(output(), TAIL);
    }
}
