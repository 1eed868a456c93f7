package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where the cgroup hierarchies are mounted, from {@code /proc/self/mountinfo} (proc(5)).
 *
 * @param controllers mount point by v1 controller; empty in the unified layout
 * @param all every hierarchy, named and unified ones included
 */
record Hierarchies(Map<String, Path> controllers, List<Path> all) {
    private static final Set<String> KNOWN =
            Set.of("cpu", "cpuacct", "cpuset", "memory", "pids", "blkio", "devices", "freezer");

    Hierarchies {
        controllers = Map.copyOf(controllers);
        all = List.copyOf(all);
    }

    static Hierarchies parse(String mountinfo) {
        Map<String, Path> controllers = new TreeMap<>();
        List<Path> all = new ArrayList<>();
        for (String line : mountinfo.lines().toList()) {
            int dash = line.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            String[] left = line.substring(0, dash).split(" ", -1);
            String[] right = line.substring(dash + 3).split(" ", -1);
            // Only whole hierarchies: a bind mount of a part of one has another root.
            boolean cgroup = right[0].equals("cgroup") || right[0].equals("cgroup2");
            if (!cgroup || !left[3].equals("/") || all.contains(Path.of(left[4]))) {
                continue;
            }
            Path mount = Path.of(left[4]);
            all.add(mount);
            for (String option : right[2].split(",", -1)) {
                if (right[0].equals("cgroup") && KNOWN.contains(option)) {
                    controllers.putIfAbsent(option, mount);
                }
            }
        }
        return new Hierarchies(controllers, all);
    }

    /** Pure cgroup v2. */
    boolean unified() {
        return controllers.isEmpty();
    }

    Optional<Path> controller(String name) {
        return Optional.ofNullable(controllers.get(name));
    }

    /** One hierarchy to look for processes in: one that a systemd inside does not rearrange, where there is one. */
    Path census() {
        return controller("freezer").or(() -> controller("pids")).orElseGet(all::getFirst);
    }
}
