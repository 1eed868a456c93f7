package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.host.CpuRate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Groups of contexts. {@code <root>/<id>} is the outer group: it holds limits and counters and outlives stops, with LXC's
 * payload inside. Monitors live beside it under {@code <root>-monitors}, so that a context out of memory, processes or CPU
 * cannot take along the process that can still end it.
 */
final class Cgroup {
    private static final long USUAL_INTERVAL_MILLIS = 100;

    private final String root;
    private final CgroupTree tree;
    private final CgroupKeys keys;

    Cgroup(String root, CgroupTree tree, CgroupKeys keys) {
        this.root = root;
        this.tree = tree;
        this.keys = keys;
    }

    static Cgroup of(String root, String mountinfo, CgroupFiles files) {
        Hierarchies hierarchies = Hierarchies.parse(mountinfo);
        int cpus = Runtime.getRuntime().availableProcessors();
        CgroupKeys keys = hierarchies.unified()
                ? new CgroupV2(hierarchies.all().stream().findFirst().orElse(Path.of("/sys/fs/cgroup")), files, cpus)
                : new CgroupV1(hierarchies, files, cpus);
        return new Cgroup(root, new CgroupTree(hierarchies, files), keys);
    }

    String outer(String contextId) {
        return root + "/" + contextId;
    }

    String payload(String contextId) {
        return outer(contextId) + "/payload";
    }

    String monitor(String contextId) {
        return root + "-monitors/" + contextId;
    }

    void prepare() {
        tree.inheritCpusets();
        tree.make(root);
        tree.make(root + "-monitors");
        keys.preferCpu(root);
    }

    /** The CPU limit of an existing group belongs to the governor: only a new one gets the ceiling. */
    void ensure(String contextId, Limits limits) {
        String group = outer(contextId);
        boolean isNew = keys.cpuMicros(group).isEmpty();
        tree.make(group);
        tree.limitNesting(group);
        keys.limitMemory(group, limits.memoryBytes(), limits.memory());
        keys.limitProcesses(group, limits.processes());
        if (isNew) {
            setCpu(
                    contextId,
                    new CpuRate(limits.cpuCeilingMilli() * 1_000, USUAL_INTERVAL_MILLIS, limits.cpuBaselineMilli()));
        }
    }

    /**
     * Where limits of a group hold for those below, the outer group has them. On v1 they do not: each group that exists has them,
     * so this is done again after a start, and a context that makes groups of its own is not held to them.
     *
     * @param device {@code major:minor} of the disk below the store
     */
    void limitInputOutput(String contextId, String device, Limits limits) {
        for (String group : visited("blkio", contextId)) {
            keys.limitInputOutput(group, device, limits.io());
        }
    }

    /** Asks for it; whether it is so is told by {@link #frozen}. A group that is not there holds nobody. */
    void freeze(String contextId, boolean frozen) {
        if (frozen || tree.exists(outer(contextId))) {
            keys.freeze(outer(contextId), frozen);
        }
    }

    boolean frozen(String contextId) {
        return keys.frozen(outer(contextId));
    }

    void setCpu(String contextId, CpuRate rate) {
        keys.limitCpu(outer(contextId), rate);
    }

    /** Where every group counts for itself they are visited only when the context once was as large as its limit. */
    long processesRefused(String contextId) {
        if (!keys.reachedProcesses(outer(contextId))) {
            return 0;
        }
        return visited("pids", contextId).stream()
                .mapToLong(keys::processesRefused)
                .sum();
    }

    /** Counted by the group whose limit it is, whichever group below asked for memory (mm/page_counter.c). */
    long memoryLimitHits(String contextId) {
        return keys.memoryLimitHits(outer(contextId));
    }

    /** On v1 every group counts and limits for itself. */
    private List<String> visited(String controller, String contextId) {
        String group = outer(contextId);
        return keys.isHierarchical() ? List.of(group) : tree.groups(controller, group);
    }

    void remove(String contextId) {
        tree.remove(outer(contextId));
        tree.remove(monitor(contextId));
    }

    /** LXC refuses to start into groups that a failed start left behind. */
    void removeStale(String contextId) {
        tree.remove(payload(contextId));
        tree.remove(monitor(contextId));
    }

    boolean exists(String contextId) {
        return tree.exists(outer(contextId)) || tree.exists(monitor(contextId));
    }

    Set<String> contexts() {
        Set<String> ids = new TreeSet<>(tree.children(root));
        ids.addAll(tree.children(root + "-monitors"));
        return ids;
    }

    List<Long> payloadProcesses(String contextId) {
        return tree.processes(payload(contextId));
    }

    List<Long> monitorProcesses(String contextId) {
        return tree.processes(monitor(contextId));
    }

    Optional<Long> cpuMicros(String contextId) {
        return keys.cpuMicros(outer(contextId));
    }

    /** Of all contexts together, those included that are gone. */
    Optional<Long> allCpuMicros() {
        return keys.cpuMicros(root);
    }

    CgroupKeys keys() {
        return keys;
    }

    /** Removes the groups above all contexts; for tests, and for leaving a host for good. */
    void removeRoots() {
        tree.remove(root + "-monitors");
        tree.remove(root);
    }
}
