package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must hold before anything is started, each with one sentence for when it does not. */
final class Preflight {
    private static final long GIB = 1L << 30;
    private static final long FIRST_RUN_BYTES = 6 * GIB;
    private static final long LATER_RUN_BYTES = GIB;

    private final Settings settings;

    Preflight(Settings settings) {
        this.settings = settings;
    }

    void check(boolean simulated) {
        if (!simulated) {
            host();
        }
        ports();
        disk();
    }

    private void host() {
        if (!Settings.linux()) {
            throw new Failure(
                    Failure.HOST, "real contexts need Linux; `./berth up --simulated` runs here with a simulated node");
        }
        if (!Settings.superuser()) {
            throw new Failure(
                    Failure.HOST,
                    "real contexts need root; `./berth up --simulated` runs without, with a simulated node");
        }
        fileSystem("overlay");
        fileSystem("btrfs");
        for (String namespace : List.of("net", "user", "mnt", "pid", "uts", "ipc")) {
            need(Files.exists(Path.of("/proc/self/ns", namespace)), namespace + " namespaces");
        }
        need(
                Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                        || Files.isDirectory(Path.of("/sys/fs/cgroup/memory")),
                "control groups at /sys/fs/cgroup (v2, or v1 with memory)");
        need(Files.exists(Path.of("/dev/loop-control")), "loop devices (/dev/loop-control)");
    }

    private void fileSystem(String name) {
        if (!supported(name)) {
            Command.of("modprobe", name).within(Duration.ofSeconds(20)).run();
        }
        need(supported(name), "the " + name + " file system");
    }

    private static boolean supported(String fileSystem) {
        try {
            return Files.readAllLines(Path.of("/proc/filesystems")).stream()
                    .anyMatch(line -> line.strip().endsWith("\t" + fileSystem)
                            || line.strip().equals(fileSystem));
        } catch (IOException e) {
            return false;
        }
    }

    private static void need(boolean present, String feature) {
        if (!present) {
            throw new Failure(Failure.HOST, "this kernel lacks " + feature + ", which contexts need");
        }
    }

    private void ports() {
        for (Map.Entry<String, Integer> port : new TreeMap<>(settings.ports()).entrySet()) {
            if (!Http.free(port.getValue())) {
                throw new Failure(
                        Failure.PORT,
                        "port %d, which %s needs, is in use by something else; free it, or set BERTH_PORT_BASE to the first of five free ports"
                                .formatted(port.getValue(), port.getKey()));
            }
        }
    }

    private void disk() {
        Path directory = settings.ensureDirectory(settings.variable());
        long needed = Files.isDirectory(settings.variable().resolve(MariaDb.NAME)) ? LATER_RUN_BYTES : FIRST_RUN_BYTES;
        try {
            long usable = Files.getFileStore(directory).getUsableSpace();
            if (usable < needed) {
                throw new Failure(
                        Failure.DISK,
                        "%s has %.1f GiB left, and this needs %.0f GiB"
                                .formatted(directory, (double) usable / GIB, (double) needed / GIB));
            }
        } catch (IOException e) {
            throw new Failure(Failure.DISK, "cannot read the free space of " + directory + ": " + e.getMessage(), e);
        }
    }
}
