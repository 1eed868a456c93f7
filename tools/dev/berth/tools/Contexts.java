package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What berthd leaves behind on purpose: contexts keep running while it is down. This ends them and takes down their mounts and
 * network, for {@code berth down}; it works without berthd. Their data stays in the store, and the kernel's counters stay as
 * empty control groups and packet counters, so that the next reading misses nothing.
 */
final class Contexts {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String STOP_SECONDS = "10";

    private final Settings settings;

    Contexts(Settings settings) {
        this.settings = settings;
    }

    void stopAll(Progress progress) {
        List<Path> runs = contexts();
        if (!Settings.linux() || !Settings.superuser()) {
            return;
        }
        if (!runs.isEmpty()) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                runs.forEach(run -> threads.submit(() -> stop(run)));
            }
            progress.say("%d contexts stopped".formatted(runs.size()));
        }
        unmount(settings.node().resolve("store"));
    }

    /** After {@link #stopAll}: counters go too, and with them what was not yet read from them. */
    void removeCounters() {
        if (Settings.linux() && Settings.superuser() && Files.isDirectory(settings.node())) {
            removeGroups();
            if (Command.exists("nft")) {
                Command.of("nft", "delete", "table", "inet", settings.nftTable())
                        .run();
            }
        }
    }

    private void stop(Path run) {
        String id = run.getFileName().toString();
        Command.of("lxc-stop", "--name=" + id, "--lxcpath=" + run.getParent(), "--timeout=" + STOP_SECONDS)
                .within(STOP_LIMIT)
                .run();
        Command.of("lxc-stop", "--name=" + id, "--lxcpath=" + run.getParent(), "--kill", "--nolock")
                .within(STOP_LIMIT)
                .run();
        unmount(run.resolve("rootfs"));
    }

    /** Every mount at or below a place, innermost first. */
    private static void unmount(Path place) {
        for (Path mount : mountsBelow(place)) {
            Command.of("umount", mount.toString()).run();
        }
        // what was busy goes away with its last user
        mountsBelow(place)
                .forEach(mount ->
                        Command.of("umount", "--lazy", mount.toString()).run());
    }

    private static List<Path> mountsBelow(Path place) {
        try {
            return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .map(line -> Path.of(line.split(" ")[1].replace("\\040", " ")))
                    .filter(mount -> mount.startsWith(place))
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<Path> contexts() {
        Path runs = settings.node().resolve("run");
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.filter(
                            entry -> ID.matcher(entry.getFileName().toString()).matches())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The outer groups and the monitors' in every hierarchy (v1), or in the one there is (v2). */
    private void removeGroups() {
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            Stream.concat(Stream.of(CGROUPS), hierarchies)
                    .flatMap(hierarchy -> Stream.of(settings.cgroupRoot(), Groups.monitors(settings.cgroupRoot()))
                            .map(hierarchy::resolve))
                    .filter(Files::isDirectory)
                    .forEach(Contexts::removeGroup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeGroup(Path root) {
        try (Stream<Path> groups = Files.walk(root)) {
            // deepest first; a group with a process in it refuses, and its parents with it
            groups.filter(Files::isDirectory)
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .forEach(group -> group.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Data may be removed only where nothing of it is mounted. */
    void requireUnmounted() {
        if (!mountsBelow(settings.node()).isEmpty()) {
            throw new Failure(
                    Failure.START,
                    "something still uses " + mountsBelow(settings.node()).getFirst() + ": nothing was removed");
        }
    }
}
