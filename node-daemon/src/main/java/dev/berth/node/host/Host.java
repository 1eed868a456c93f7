package dev.berth.node.host;

import dev.berth.contract.Observed.Pressure;
import dev.berth.contract.StorageStatus;
import dev.berth.contract.StorageStatus.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One host. All methods may block; all are safe to call from several threads for different contexts, and the caller
 * holds one lock per context. Failures of the host are {@link HostException}.
 */
public interface Host {
    /** What the host is and offers; read again at each call where it can change. */
    HostFacts facts();

    /** Checks every capability Berth needs, without changing anything that stays. */
    List<Finding> doctor();

    /** Makes what all contexts share: directories, nft table, cgroup roots, sysctls. Called once at start. */
    void prepare();

    /** Everything of Berth's that exists here, read from kernel and disk, never from memory. */
    List<ContextFacts> inventory();

    /** The same for one context; empty facts when nothing of it exists. */
    ContextFacts inspect(String contextId);

    /** Digests of the images that are unpacked and complete. */
    Set<String> images();

    /**
     * Checks the archive's digest and unpacks it beside the others. All or nothing: a broken archive leaves no image.
     *
     * @param archive gzip-compressed tar of a root file system
     */
    void ensureImage(String digest, Path archive);

    /** The reverse of {@code ensureImage}. The caller knows that no context uses it. */
    void ensureNoImage(String digest);

    /**
     * Private layer with its owner and quota. An existing one grows at once, and shrinks where what is in use still fits; else its
     * quota stays, so that nothing that ran stops running.
     */
    void ensureStorage(ContextLayout layout);

    /** Fails, naming the figure, where {@link #ensureStorage} could not shrink the quota to what the spec says. */
    void ensureStorageLimit(ContextLayout layout);

    /**
     * Copies the private layer of a context that neither runs nor is mounted. What goes wrong is noted beside the snapshots, see
     * {@link #snapshots}, so that the context need not wait for it.
     */
    void ensureSnapshot(ContextLayout layout, String snapshotId);

    void ensureNoSnapshot(String contextId, String snapshotId);

    /** Those that are there with what they take up, and those that could not be taken. */
    List<Snapshot> snapshots(String contextId);

    /**
     * Puts a copy of the snapshot the spec names, or an empty layer, in the place of the private layer: the old one or the new one is
     * there at any moment. The context neither runs nor is mounted.
     */
    void ensureLayer(ContextLayout layout);

    /**
     * Writes the private layer of a context that neither runs nor is mounted down as one file that another host understands: ids count
     * from the context's own first one. Snapshots are not in it.
     *
     * @return what is noted of the files that were written into it
     */
    Map<String, String> exportLayer(ContextLayout layout, Path archive);

    /**
     * Makes the private layer from what another host wrote down, where there is none. All or nothing: a file that is not what its
     * digest says, or that would reach beyond the layer, leaves none.
     *
     * @param digest {@code sha256:<64 hex>}
     * @param written what the other host noted of the files that it wrote into it
     */
    void ensureReceivedLayer(ContextLayout layout, Path archive, String digest, Map<String, String> written);

    /**
     * Temporary layer of the rescue system the spec asks for, empty at first and with a limit of its own. The context neither runs nor is
     * mounted where there is none yet, or one of another image.
     */
    void ensureRescue(ContextLayout layout);

    /** The reverse: what was written in the rescue system is gone. The context neither runs nor is mounted. */
    void ensureNoRescue(String contextId);

    /**
     * Root file system: image below, private layer above, mounted. Where the spec asks for a rescue system that one is the root, and the
     * context's own is mounted to be seen below {@code /mnt}.
     */
    void ensureMounted(ContextLayout layout);

    /** Hostname, keys, addresses and host keys inside the tree; safe against a hostile tree. */
    void ensureFiles(ContextLayout layout);

    /** Outer cgroup with memory, process and CPU limits. */
    void ensureCgroup(ContextLayout layout);

    /** Anti-spoofing elements and named counters; they outlive a stop. */
    void ensureNetwork(ContextLayout layout);

    /**
     * Looks whether the kernel still has what the networks of these contexts rest on: packet rules and their order, elements,
     * routes, settings. What all share is put right at once; what is one context's is left to who holds its lock, by {@link
     * #ensureNetwork}.
     */
    default NetworkFindings checkNetwork(List<ContextLayout> contexts) {
        return NetworkFindings.NOTHING;
    }

    /** Starts it where it does not run. Returns when the runtime says RUNNING. */
    void ensureStarted(ContextLayout layout);

    /** Holds all processes of a context where they are, or lets them go on. Returns when it is so. */
    void ensureFrozen(String contextId, boolean frozen);

    /** Asks it to shut down, one that is frozen after it was let go, and ends it when it has not done so in time. */
    void ensureStopped(String contextId, Duration grace);

    /** The reverse of {@code ensureMounted}. */
    void ensureUnmounted(String contextId);

    /** The reverse of {@code ensureNetwork}: no veth, no set element, no counter is left. */
    void ensureNoNetwork(String contextId);

    /** The reverse of {@code ensureCgroup}. */
    void ensureNoCgroup(String contextId);

    /** The reverse of {@code ensureStorage}: the data is gone after this, and its snapshots with it. */
    void ensureNoStorage(String contextId);

    /** CPU bandwidth of the outer cgroup. */
    void setCpu(String contextId, CpuRate rate);

    /** Counters as the kernel has them now; empty when the context's cgroup does not exist. */
    Optional<KernelCounters> counters(String contextId);

    /** What all contexts used together; empty where the host does not count it. */
    default Optional<HostTotals> totals() {
        return Optional.empty();
    }

    /** What the kernel holds a context's private layer to now; empty where it has no limit or the host does not tell. */
    default Optional<StorageStatus.Limit> storageLimit(String contextId) {
        return Optional.empty();
    }

    /** Only {@code cpu usage} in microseconds, cheap enough to be read four times a second; empty as above. */
    Optional<Long> cpuUsageMicros(String contextId);

    /** How often it ran into its limits; empty when its cgroup does not exist or the host does not tell. */
    default Optional<Pressure> pressure(String contextId) {
        return Optional.empty();
    }

    /** Fingerprints ({@code SHA256:…}) of the SSH host keys, empty while there are none. */
    List<String> sshFingerprints(String contextId);

    /**
     * Runs a command inside a running context as its root, by argument list.
     *
     * @param maxOutputBytes output beyond this is cut off, and the result says so
     */
    ExecResult exec(String contextId, List<String> command, Duration timeout, int maxOutputBytes) throws IOException;

    /** Opens a terminal with root's login shell in a running context. */
    Console console(String contextId, Console.Size size) throws IOException;
}
