package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must not be there when every context of an instance is deleted, asked of the kernel and not of berthd. */
final class Leftovers {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Pattern CONTEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern COUNTER = Pattern.compile("[tr]x_[0-9a-f]{32}");
    private static final Pattern VETH = Pattern.compile("b[0-9a-f]{12}");

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
        checks.put("no subvolume is left", fault(contexts(settings.node().resolve("store/contexts"))));
        checks.put("no run directory is left", fault(contexts(settings.node().resolve("run"))));
        checks.put("no packet filter element is left", fault(filter()));
        checks.put("no process of a context is left", fault(processes()));
        return checks;
    }

    private static Optional<String> fault(List<String> found) {
        return found.isEmpty() ? Optional.empty() : Optional.of(found.size() + ", such as " + found.getFirst());
    }

    private List<String> mounts() {
        return lines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(mount -> Path.of(mount).startsWith(settings.node().resolve("run")))
                .toList();
    }

    private static List<String> interfaces() {
        return names(Path.of("/sys/class/net")).stream()
                .filter(name -> VETH.matcher(name).matches())
                .toList();
    }

    private List<String> groups() {
        return Stream.concat(Stream.of(""), names(CGROUPS).stream())
                .map(hierarchy -> CGROUPS.resolve(hierarchy).resolve(settings.cgroupRoot()))
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
                .filter(pid -> lines(Path.of("/proc", pid, "cgroup")).stream()
                        .anyMatch(line -> line.contains("/" + settings.cgroupRoot() + "/")))
                .toList();
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
