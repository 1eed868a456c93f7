package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.Observed.Pressure;
import dev.berth.contract.StorageStatus.Limit;
import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.node.host.Console;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.CpuRate;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.Finding;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.HostFacts;
import dev.berth.node.host.HostTotals;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.host.NetworkFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@link Host} on Linux: each mechanism is a class beside this one, and this one puts them in order. */
public final class LinuxHost implements Host {
    private static final int SIGKILL = 9;
    private static final int STOP_POLLS = 500;
    private static final long STOP_POLL_MILLIS = 10;
    private static final int REBOOT_POLLS = 100;
    private static final int FREEZE_POLLS = 500;

    private final HostConfig config;
    private final Programs programs;
    private final Cgroup cgroup;
    private final Images images;
    private final QuotaDriver quota;
    private final Overlay overlay;
    private final Layers layers;
    private final FileWriter files;
    private final Nftables nftables;
    private final Links links;
    private final TrafficControl traffic;
    private final Lxc lxc;
    private final Store store;
    private final KernelLog kernelLog;
    private final Counting counting;
    private final boolean apparmor = Doctor.hasAppArmor();

    public LinuxHost(HostConfig config) {
        this(config, new Programs());
    }

    LinuxHost(HostConfig config, Programs programs) {
        this.config = config;
        this.programs = programs;
        this.cgroup = Cgroup.of(config.cgroupRoot(), Mounts.text(), new KernelCgroupFiles());
        this.images = new Images(config.images(), programs);
        this.overlay = new Overlay(new UserNamespace(programs));
        this.files = new FileWriter(config, images, programs);
        this.nftables =
                new Nftables(config.nftTable(), NftBatch.of(NetworkDoctor.possible(config, programs)), programs);
        this.traffic = new TrafficControl(config.uplink(), config.run(), programs);
        this.links = new Links(config, nftables, traffic, programs, this::init);
        this.lxc = new Lxc(config.run(), programs);
        this.store = new Store(config, programs);
        this.kernelLog = new KernelLog(config.cgroupRoot());
        this.quota = store.quota();
        this.layers = new Layers(config, quota, programs);
        this.counting = new Counting(config, cgroup, quota, nftables);
    }

    @Override
    public HostFacts facts() {
        try {
            long memory = FlatKeys.value(Optional.of(Directories.read(Path.of("/proc/meminfo"))), "MemTotal") << 10;
            Path disk = Files.isDirectory(config.store()) ? config.store() : Path.of("/");
            Capacity capacity = new Capacity(
                    Runtime.getRuntime().availableProcessors() * 1000L,
                    memory,
                    Files.getFileStore(disk).getTotalSpace(),
                    quota.name(),
                    quota.limitsInodes(),
                    Doctor.hasIpv6(),
                    Directories.read(Path.of("/proc/sys/kernel/osrelease")).strip());
            Optional<Long> uplink = config.uplink().map(HostConfig.Uplink::bits);
            String bootId = Directories.read(Path.of("/proc/sys/kernel/random/boot_id"));
            return new HostFacts(bootId.strip(), false, capacity.withUplink(uplink));
        } catch (IOException e) {
            throw new HostException("cannot see the store's size", e);
        }
    }

    @Override
    public List<Finding> doctor() {
        return new Doctor(config).examine();
    }

    @Override
    public void prepare() {
        new Sysctls(Path.of("/proc/sys")).apply();
        IdMap.grant(List.of(Path.of("/etc/subuid"), Path.of("/etc/subgid")));
        if (config.startLxcfs()) {
            new Lxcfs(programs).start();
        }
        store.prepare();
        quota.prepare(config.store());
        images.removePartial();
        Router.prepare(config.run());
        Lxcfs.prepare(config.run());
        cgroup.prepare();
        kernelLog.start();
        nftables.prepare();
        traffic.prepare();
    }

    @Override
    public List<ContextFacts> inventory() {
        NftState network = nftables.state();
        NavigableSet<Path> mounts = Mounts.points();
        Set<String> ids = new TreeSet<>(network.contexts());
        ids.addAll(cgroup.contexts());
        ids.addAll(Directories.names(config.contexts()));
        ids.addAll(Directories.names(config.snapshots()));
        ids.addAll(Directories.names(config.staging()));
        ids.addAll(Directories.names(config.rescues()));
        ids.addAll(Directories.names(config.run()));
        // by all processors: berthd is only as soon ready as it has looked at all there is
        return ids.parallelStream()
                .filter(Names::isContextId)
                .map(id -> facts(id, network, mounts))
                .filter(facts -> !facts.nothingLeft())
                .toList();
    }

    @Override
    public ContextFacts inspect(String contextId) {
        return facts(contextId, nftables.state(), Mounts.points());
    }

    private ContextFacts facts(String contextId, NftState network, NavigableSet<Path> mounts) {
        Path run = config.run(contextId);
        Optional<Init> init = init(contextId);
        return new ContextFacts(
                contextId,
                layers.anyOf(contextId) || Files.exists(run),
                mounted(run, mounts),
                !network.link(contextId).nothing() || Links.exists(contextId) || traffic.exists(contextId),
                cgroup.exists(contextId),
                init.isPresent(),
                init.map(Init::startNanos).orElse(0L),
                init.isPresent() && cgroup.frozen(contextId),
                layers.stored(contextId),
                layers.rescueImage(contextId));
    }

    /** {@code mounts} is sorted: what lies below a place comes together, and no name is before an exclamation mark. */
    private static boolean mounted(Path run, NavigableSet<Path> mounts) {
        Path below = mounts.ceiling(run.resolve("!"));
        return mounts.contains(run) || (below != null && below.startsWith(run));
    }

    @Override
    public Set<String> images() {
        return images.digests();
    }

    @Override
    public void ensureImage(String digest, Path archive) {
        images.ensure(digest, archive);
    }

    @Override
    public void ensureNoImage(String digest) {
        images.remove(digest);
    }

    @Override
    public void ensureStorage(ContextLayout layout) {
        requireCovered(layout);
        Path layer = config.context(layout.contextId());
        layers.ensure(layout);
        DiskLimit wanted = layers.limit(layout);
        DiskLimit limit = quota.limit(layer)
                .map(current -> wanted.settable(current, layers.usedNow(layer, wanted, current)))
                .orElse(wanted);
        quota.setLimit(layer, limit);
        Overlay.makeLayer(layer, layout.baseId());
    }

    @Override
    public void ensureStorageLimit(ContextLayout layout) {
        Path layer = config.context(layout.contextId());
        DiskLimit wanted = layers.limit(layout);
        DiskLimit current = quota.limit(layer).orElse(wanted);
        DiskUse used = layers.usedNow(layer, wanted, current);
        DiskLimit settable = wanted.settable(current, used);
        if (!settable.equals(current)) {
            // what was in use when storage was ensured may be gone by now: xfs frees blocks some time after a file
            quota.setLimit(layer, settable);
        }
        wanted.refusal(current, used).ifPresent(refusal -> {
            throw new HostException(refusal);
        });
    }

    @Override
    public void ensureSnapshot(ContextLayout layout, String snapshotId) {
        layers.take(layout, snapshotId);
    }

    @Override
    public void ensureNoSnapshot(String contextId, String snapshotId) {
        layers.remove(contextId, snapshotId);
    }

    @Override
    public List<Snapshot> snapshots(String contextId) {
        return layers.snapshots(contextId);
    }

    @Override
    public void ensureLayer(ContextLayout layout) {
        requireCovered(layout);
        layers.replace(layout);
    }

    @Override
    public void ensureRescue(ContextLayout layout) {
        requireCovered(layout);
        layers.makeRescue(layout, layout.rescueImage().orElseThrow());
    }

    @Override
    public void ensureNoRescue(String contextId) {
        layers.removeRescue(contextId);
    }

    @Override
    public Map<String, String> exportLayer(ContextLayout layout, Path archive) {
        return layers.export(layout, archive);
    }

    @Override
    public void ensureReceivedLayer(ContextLayout layout, Path archive, String digest, Map<String, String> written) {
        requireCovered(layout);
        layers.receive(layout, archive, digest, written);
    }

    private static void requireCovered(ContextLayout layout) {
        if (!IdMap.covers(layout.baseId())) {
            throw new HostException("id range from %d is not granted to contexts".formatted(layout.baseId()));
        }
    }

    @Override
    public void ensureMounted(ContextLayout layout) {
        String id = layout.contextId();
        Path run = config.run(id);
        Path image = images.needed(layout.spec().imageDigest());
        String name = layout.rescueImage().isPresent() ? Overlay.OWN : Overlay.ROOT;
        overlay.mount(new Overlay.Places(image, config.context(id), run, name), layout.baseId());
        layout.rescueImage()
                .map(digest -> new Overlay.Places(images.needed(digest), config.rescue(id), run, Overlay.ROOT))
                .ifPresent(places -> overlay.mount(places, layout.baseId()));
    }

    @Override
    public void ensureFiles(ContextLayout layout) {
        if (!Mounts.isMounted(config.rootfs(layout.contextId()))) {
            throw new HostException("the root file system of %s is not mounted".formatted(layout.contextId()));
        }
        files.ensure(layout);
        LiveHostname.set(() -> init(layout.contextId()), layout.spec().hostname());
    }

    @Override
    public void ensureCgroup(ContextLayout layout) {
        cgroup.ensure(layout.contextId(), layout.spec().limits());
        limitInputOutput(layout);
    }

    private void limitInputOutput(ContextLayout layout) {
        Limits limits = layout.spec().limits();
        Optional<String> disk = Disks.below(config.store());
        disk.ifPresent(device -> cgroup.limitInputOutput(layout.contextId(), device, limits));
        if (disk.isEmpty() && limits.io().isPresent()) {
            throw new HostException("I/O cannot be limited here: no disk is seen below " + config.store());
        }
    }

    @Override
    public void ensureNetwork(ContextLayout layout) {
        links.ensure(layout);
    }

    @Override
    public NetworkFindings checkNetwork(List<ContextLayout> contexts) {
        return links.check().run(contexts);
    }

    @Override
    public void ensureStarted(ContextLayout layout) {
        requireCovered(layout);
        String id = layout.contextId();
        if (settled(id).isPresent()) {
            return;
        }
        endLeftovers(id);
        Features.prepare(layout, config.run(id), programs);
        Distribution distribution =
                images.distribution(layout.rescueImage().orElse(layout.spec().imageDigest()));
        LxcConfig text =
                new LxcConfig(layout, config.run(), cgroup.payload(id), cgroup.monitor(id), apparmor, distribution);
        try {
            lxc.start(id, text.text());
        } catch (ExplainedException e) {
            throw links.routes()
                    .taken(layout.spec().addresses(), Names.veth(id))
                    .orElse(e);
        }
        limitInputOutput(layout);
    }

    /** A process in the middle of a call of the kernel that cannot be cut short is waited for. */
    @Override
    public void ensureFrozen(String contextId, boolean frozen) {
        cgroup.freeze(contextId, frozen);
        for (int poll = 0; poll < FREEZE_POLLS; poll++) {
            if (cgroup.frozen(contextId) == frozen) {
                return;
            }
            Pause.millis(STOP_POLL_MILLIS);
        }
        throw new HostException(
                "%s was %s and still is not".formatted(contextId, frozen ? "to be frozen" : "to be let go"));
    }

    @Override
    public void ensureStopped(String contextId, Duration grace) {
        // what is frozen hears neither a request to shut down nor, on cgroup v1, a kill
        ensureFrozen(contextId, false);
        if (settled(contextId).isPresent()) {
            lxc.stop(contextId, grace);
        }
        endLeftovers(contextId);
    }

    /** A monitor that was killed leaves an init that is looked for among all processes. */
    private Optional<Init> init(String contextId) {
        return Init.childOf(cgroup.monitorProcesses(contextId))
                .or(() -> Init.among(cgroup.payloadProcesses(contextId)));
    }

    /** A context that reboots itself has a monitor and, for a moment, no init: that moment is waited for. */
    private Optional<Init> settled(String contextId) {
        for (int poll = 0; poll < REBOOT_POLLS; poll++) {
            Optional<Init> init = init(contextId);
            if (init.isPresent() || cgroup.monitorProcesses(contextId).isEmpty()) {
                return init;
            }
            Pause.millis(STOP_POLL_MILLIS);
        }
        return Optional.empty();
    }

    /** Ends what a crash or a stop left of payload and monitor, and frees their groups for the next start. */
    private void endLeftovers(String contextId) {
        awaitEnd(contextId, cgroup.payloadProcesses(contextId), true);
        // The monitor tidies the network up after its payload: it gets half the time to end by itself.
        awaitEnd(contextId, cgroup.monitorProcesses(contextId), false);
        links.remove(contextId);
        cgroup.removeStale(contextId);
    }

    private void awaitEnd(String contextId, List<Long> seen, boolean killAtOnce) {
        List<Long> left = seen;
        for (int poll = 0; !left.isEmpty(); poll++) {
            if (poll == STOP_POLLS) {
                throw new HostException("processes of %s do not end: %s".formatted(contextId, left));
            }
            if (killAtOnce || poll > STOP_POLLS / 2) {
                left.forEach(pid -> Syscalls.kill(pid, SIGKILL));
            }
            Pause.millis(STOP_POLL_MILLIS);
            left = killAtOnce ? cgroup.payloadProcesses(contextId) : cgroup.monitorProcesses(contextId);
        }
    }

    @Override
    public void ensureUnmounted(String contextId) {
        overlay.unmount(config.run(contextId));
    }

    @Override
    public void ensureNoNetwork(String contextId) {
        links.remove(contextId);
        nftables.remove(contextId);
        traffic.remove(contextId);
    }

    @Override
    public void ensureNoCgroup(String contextId) {
        endLeftovers(contextId);
        cgroup.remove(contextId);
    }

    @Override
    public void ensureNoStorage(String contextId) {
        overlay.unmount(config.run(contextId));
        Directories.remove(config.run(contextId));
        layers.removeAll(contextId);
    }

    @Override
    public void setCpu(String contextId, CpuRate rate) {
        cgroup.setCpu(contextId, rate);
    }

    @Override
    public Optional<Pressure> pressure(String contextId) {
        if (cgroup.cpuMicros(contextId).isEmpty()) {
            return Optional.empty();
        }
        String group = cgroup.outer(contextId);
        KernelLog.Kills kills = kernelLog.kills(contextId);
        return Optional.of(new Pressure(
                cgroup.keys().oomKills(group).orElse(kills.count()),
                cgroup.memoryLimitHits(contextId),
                cgroup.processesRefused(contextId),
                kills.last()));
    }

    @Override
    public Optional<KernelCounters> counters(String contextId) {
        return counting.of(contextId);
    }

    @Override
    public Optional<HostTotals> totals() {
        return counting.all();
    }

    @Override
    public Optional<Limit> storageLimit(String contextId) {
        return counting.limit(contextId);
    }

    @Override
    public Optional<Long> cpuUsageMicros(String contextId) {
        return cgroup.cpuMicros(contextId);
    }

    @Override
    public List<String> sshFingerprints(String contextId) {
        return files.sshFingerprints(contextId);
    }

    @Override
    public ExecResult exec(String contextId, List<String> command, Duration timeout, int maxOutputBytes)
            throws IOException {
        if (init(contextId).isEmpty()) {
            throw new IOException("context %s does not run".formatted(contextId));
        }
        return lxc.exec(contextId, command, timeout, maxOutputBytes);
    }

    @Override
    public Console console(String contextId, Console.Size size) throws IOException {
        if (init(contextId).isEmpty()) {
            throw new IOException("context %s does not run".formatted(contextId));
        }
        return lxc.console(contextId, size);
    }

    /** Gives the host back what {@link #prepare} took, when no context is left. The data stays. */
    public void release() {
        nftables.removeTable();
        traffic.release();
        cgroup.removeRoots();
        store.unmount();
    }
}
