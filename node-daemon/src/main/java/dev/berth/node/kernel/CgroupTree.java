package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Groups as directories: made, listed and removed in every hierarchy. Paths are relative to the hierarchies. */
final class CgroupTree {

    /** A context can make groups inside its own; more than this is an attack on whoever looks at them. */
    private static final int MOST_GROUPS = 100_000;

    private static final int MOST_VISITED = 200;
    private static final String MAX_DEPTH = "32";
    private static final String MAX_DESCENDANTS = "4096";
    private static final int REMOVE_ATTEMPTS = 50;
    private static final long REMOVE_PAUSE_MILLIS = 10;
    private static final List<String> UNIFIED_CONTROLLERS = List.of("cpu", "cpuset", "io", "memory", "pids");

    private final Hierarchies hierarchies;
    private final CgroupFiles files;

    CgroupTree(Hierarchies hierarchies, CgroupFiles files) {
        this.hierarchies = hierarchies;
        this.files = files;
    }

    /** Makes the group and its parents. New cpuset groups of v1 are empty and unusable unless the root says to copy. */
    void make(String group) {
        for (Path hierarchy : hierarchies.all()) {
            if (hierarchies.unified()) {
                delegate(hierarchy);
            }
            Path directory = hierarchy;
            for (Path name : Path.of(group)) {
                directory = directory.resolve(name);
                makeOne(directory);
                if (hierarchies.unified()) {
                    delegate(directory);
                }
            }
        }
    }

    /** Bounds what a context can nest inside its own group; v1 has no such limit. */
    void limitNesting(String group) {
        if (hierarchies.unified()) {
            Path directory = hierarchies.all().getFirst().resolve(group);
            files.write(directory.resolve("cgroup.max.depth"), MAX_DEPTH);
            files.write(directory.resolve("cgroup.max.descendants"), MAX_DESCENDANTS);
        }
    }

    void inheritCpusets() {
        hierarchies.controller("cpuset").ifPresent(root -> files.write(root.resolve("cgroup.clone_children"), "1"));
    }

    boolean exists(String group) {
        return hierarchies.all().stream().anyMatch(hierarchy -> Files.isDirectory(hierarchy.resolve(group)));
    }

    /** Names of the direct children, over all hierarchies. */
    Set<String> children(String group) {
        Set<String> names = new TreeSet<>();
        for (Path hierarchy : hierarchies.all()) {
            // most are in every hierarchy: one that is known is not looked at again
            entries(hierarchy.resolve(group), entry -> !names.contains(name(entry)) && Files.isDirectory(entry))
                    .forEach(entry -> names.add(name(entry)));
        }
        return names;
    }

    private static String name(Path entry) {
        return entry.getFileName().toString();
    }

    /** Processes in the group and everything below it. */
    List<Long> processes(String group) {
        List<Long> found = new ArrayList<>();
        for (Path directory : descendants(hierarchies.census().resolve(group))) {
            readProcesses(directory).lines().map(Long::parseLong).forEach(found::add);
        }
        return found;
    }

    /** A group and those below it in one controller's hierarchy, parents first; not more than a look at them may cost. */
    List<String> groups(String controller, String group) {
        Path mount = hierarchies.controller(controller).orElseGet(hierarchies::census);
        return descendants(mount.resolve(group)).stream()
                .limit(MOST_VISITED)
                .map(directory -> mount.relativize(directory).toString())
                .toList();
    }

    private String readProcesses(Path directory) {
        try {
            return files.read(directory.resolve("cgroup.procs")).orElse("");
        } catch (HostException _) {
            // A threaded group of v2 does not tell; its processes are in the domain above, which does.
            return "";
        }
    }

    /** Removes the group with everything below it. Its processes must be gone; the kernel needs a moment after them. */
    void remove(String group) {
        for (Path hierarchy : hierarchies.all()) {
            List<Path> deepestFirst = descendants(hierarchy.resolve(group)).reversed();
            deepestFirst.forEach(CgroupTree::removeOne);
        }
    }

    private void delegate(Path directory) {
        Set<String> available = Set.of(
                files.read(directory.resolve("cgroup.controllers")).orElse("").split(" ", -1));
        String wanted = UNIFIED_CONTROLLERS.stream()
                .filter(available::contains)
                .map(name -> "+" + name)
                .collect(Collectors.joining(" "));
        if (!wanted.isEmpty()) {
            files.write(directory.resolve("cgroup.subtree_control"), wanted);
        }
    }

    private static void makeOne(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException _) {
            return;
        } catch (IOException e) {
            throw new HostException("cannot make cgroup %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static void removeOne(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.deleteIfExists(directory);
                return;
            } catch (IOException e) {
                if (attempt == REMOVE_ATTEMPTS) {
                    throw new HostException("cannot remove cgroup %s: %s".formatted(directory, e.getMessage()), e);
                }
                Pause.millis(REMOVE_PAUSE_MILLIS);
            }
        }
    }

    /** The directory itself and all below, parents first; empty when it does not exist. */
    private static List<Path> descendants(Path top) {
        if (!Files.isDirectory(top)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>(List.of(top));
        for (int i = 0; i < found.size(); i++) {
            found.addAll(directories(found.get(i)));
            if (found.size() > MOST_GROUPS) {
                throw new HostException("more than %d groups in %s".formatted(MOST_GROUPS, top));
            }
        }
        return found;
    }

    private static List<Path> directories(Path parent) {
        return entries(parent, Files::isDirectory);
    }

    private static List<Path> entries(Path parent, Predicate<Path> wanted) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(wanted).sorted(Comparator.naturalOrder()).toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            if (!Files.exists(parent)) {
                return List.of();
            }
            throw new HostException("cannot list " + parent, e);
        }
    }
}
