package dev.berth.node.kernel;

import dev.berth.node.disk.DurableFile;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The filesystem contexts live on: the data directory's own where that can hold a directory to a limit (btrfs; ext4 and xfs
 * with project quota), else a btrfs in a file of it. A store that was begun in a file stays there.
 */
final class Store {
    private final HostConfig config;
    private final Programs programs;

    Store(HostConfig config, Programs programs) {
        this.config = config;
        this.programs = programs;
    }

    void prepare() {
        Path store = config.store();
        Directories.make(config.dataDir(), "rwx--x--x");
        Directories.make(store, "rwx------");
        if (inFile() && !isBtrfs(store)) {
            mountLoopFile();
        }
        Directories.make(config.images(), "rwx------");
        Directories.make(config.contexts(), "rwx------");
        Directories.make(config.snapshots(), "rwx------");
        Directories.make(config.staging(), "rwx------");
        Directories.make(config.rescues(), "rwx------");
        Directories.make(config.run(), "rwx--x--x");
    }

    /** Whether contexts live in a btrfs of their own, in a file. */
    boolean inFile() {
        return Files.exists(config.loopFile()) || !(isBtrfs(existing()) || ProjectQuota.offeredBy(existing()));
    }

    QuotaDriver quota() {
        return inFile() || isBtrfs(existing()) ? new BtrfsQuota() : new ProjectQuota(programs);
    }

    /** Where the store is, or will be. */
    Path existing() {
        Path existing = config.store();
        while (!Files.isDirectory(existing)) {
            existing = existing.resolve("..").normalize();
        }
        return existing;
    }

    private void mountLoopFile() {
        Path file = config.loopFile();
        if (!Files.exists(file)) {
            // Under another name until it is a filesystem: a crash in between leaves no file that cannot be mounted.
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            allocate(unfinished, config.loopFileBytes());
            programs.check(Programs.Command.of("mkfs.btrfs", "--force", "--quiet", unfinished.toString())
                    .timeout(Duration.ofMinutes(2)));
            rename(unfinished, file);
        }
        programs.check(Programs.Command.of(
                "mount",
                "-t",
                "btrfs",
                "-o",
                "loop,noatime",
                file.toString(),
                config.store().toString()));
        Directories.make(config.store(), "rwx------");
    }

    private static void allocate(Path file, long bytes) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(bytes);
        } catch (IOException e) {
            throw new HostException("cannot make %s of %d bytes: %s".formatted(file, bytes, e.getMessage()), e);
        }
    }

    private static void rename(Path from, Path to) {
        try {
            DurableFile.rename(from, to);
        } catch (IOException e) {
            throw new HostException("cannot rename %s".formatted(from), e);
        }
    }

    static boolean isBtrfs(Path path) {
        try {
            return Files.getFileStore(path).type().equals("btrfs");
        } catch (IOException e) {
            throw new HostException("cannot see the filesystem of " + path, e);
        }
    }

    /** Takes the loop file off, if there is one; for tests, and for leaving a host. */
    void unmount() {
        Mounts.unmount(config.store());
    }
}
