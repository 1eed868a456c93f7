package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must not be there when every context of an instance is deleted, asked of the kernel and not of berthd. */
final class Leftovers {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Pattern CONTEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern COUNTER = Pattern.compile("[tr]x_[0-9a-f]{32}");
    private static final int RANDOM_PART = 24;

    private final Settings settings;

    Leftovers(Settings settings) {
        this.settings = settings;
    }

    List<String> all() {
        return checks().values().stream().flatMap(Optional::stream).toList();
    }

    Map<String, Optional<String>> checks() {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put("no mount is left", fault(mounts()));
        checks.put("no network interface is left", fault(interfaces()));
        checks.put("no control group is left", fault(groups()));
        checks.put(
                "no directory of a context is left in the store",
                fault(contexts(settings.node().resolve("store/contexts"))));
        checks.put("no subvolume is left", fault(subvolumes()));
        checks.put("no quota group is left", fault(quotaGroups()));
        checks.put("no run directory is left", fault(contexts(settings.node().resolve("run"))));
        checks.put("no lock of the runtime is left", fault(locks()));
        checks.put("no packet filter element is left", fault(filter()));
        checks.put("no process of a context is left", fault(processes()));
        return checks;
    }

    private static Optional<String> fault(List<String> found) {
        return Checks.none(found);
    }

    /** All that btrfs has, wherever they are; images are directories. */
    private List<String> subvolumes() {
        return btrfs("subvolume", "list", "-a");
    }

    /** Those of deleted ones are freed with the next commit, which need not be waited for. */
    private List<String> quotaGroups() {
        Command.of(
                        "btrfs",
                        "filesystem",
                        "sync",
                        settings.node().resolve("store").toString())
                .run();
        return btrfs("qgroup", "show").stream()
                .filter(line -> line.startsWith("0/") && !line.startsWith("0/5 "))
                .toList();
    }

    private List<String> btrfs(String... command) {
        List<String> arguments = new ArrayList<>(List.of("btrfs"));
        arguments.addAll(List.of(command));
        arguments.add(settings.node().resolve("store").toString());
        Command.Result result = Command.of(arguments).run();
        return result.ok()
                ? result.output().lines().map(String::strip).toList()
                : List.of(result.output().strip());
    }

    /** LXC keeps one for each container it was ever asked about. */
    private List<String> locks() {
        Path locks = Path.of("/run/lxc/lock")
                .resolve(Path.of("/").relativize(settings.node().resolve("run")));
        return names(locks).stream()
                .filter(name -> CONTEXT.matcher(name).find())
                .toList();
    }

    private List<String> mounts() {
        return lines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(mount -> Path.of(mount).startsWith(settings.node().resolve("run")))
                .toList();
    }

    /** Of contexts that this instance ever had: another one may run beside it. */
    private List<String> interfaces() {
        Set<String> own = new HashSet<>();
        try {
            new Sql(settings).column("SELECT id FROM vps").forEach(id -> own.add("b" + id.substring(RANDOM_PART)));
        } catch (IOException e) {
            return List.of("not known: " + e.getMessage());
        }
        return names(Path.of("/sys/class/net")).stream().filter(own::contains).toList();
    }

    /** Control groups of contexts under this instance's name. */
    List<String> groups() {
        return Stream.concat(Stream.of(""), names(CGROUPS).stream())
                .flatMap(hierarchy -> Stream.of(settings.cgroupRoot(), Groups.monitors(settings.cgroupRoot()))
                        .map(CGROUPS.resolve(hierarchy)::resolve))
                .flatMap(root -> contexts(root).stream().map(name -> root + "/" + name))
                .toList();
    }

    private List<String> filter() {
        return Command.of("nft", "list", "table", "inet", settings.nftTable())
                .run()
                .output()
                .lines()
                .filter(line -> COUNTER.matcher(line).find() || line.contains("\"b"))
                .map(String::strip)
                .toList();
    }

    private List<String> processes() {
        return names(Path.of("/proc")).stream()
                .filter(name -> name.chars().allMatch(Character::isDigit))
                .filter(pid -> belongs(pid))
                .map(pid ->
                        pid + " " + Groups.read(Path.of("/proc", pid, "comm")).orElse("?"))
                .toList();
    }

    /** By its control group, or because it was started for a context: the runtime's monitor and whoever waits for it. */
    private boolean belongs(String pid) {
        String command = Groups.read(Path.of("/proc", pid, "cmdline")).orElse("");
        return lines(Path.of("/proc", pid, "cgroup")).stream()
                        .anyMatch(line -> line.contains("/" + settings.cgroupRoot() + "/")
                                || line.contains("/" + Groups.monitors(settings.cgroupRoot()) + "/"))
                || (command.startsWith("lxc-") || command.startsWith("[lxc"))
                        && command.contains(settings.node().resolve("run").toString());
    }

    private static List<String> contexts(Path directory) {
        return names(directory).stream()
                .filter(name -> CONTEXT.matcher(name).matches())
                .toList();
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            // a process that has ended since
            return List.of();
        }
    }
}
