package dev.berth.node.simulator;

import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.node.disk.FileDigest;
import dev.berth.node.host.Console;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.CpuRate;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.Finding;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.HostFacts;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.host.StoredLayer;
import dev.berth.node.json.Json;
import dev.berth.node.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A host without root and without Linux. It keeps the same promises as a real one (a start needs storage, mount, cgroup and
 * network; counters grow only while a context runs) and survives kill -9 of the daemon in one small file.
 */
public final class SimulatedHost implements Host {
    private static final Capacity CAPACITY =
            new Capacity(64_000, 256L << 30, 4L << 40, "simulated", true, true, "simulated");

    private static final long SNAPSHOT_BYTES = 64L << 20;

    private final Path file;
    private final Clock clock;
    private final UsageModel model;
    private final String bootId;
    private final Set<String> images = new TreeSet<>();
    private final Map<String, SimulatedContext> contexts = new TreeMap<>();

    /** @param file what the host is kept in; made where it is missing */
    public SimulatedHost(Path file, Clock clock, long seed) {
        this.file = file;
        this.clock = clock;
        this.model = new UsageModel(seed);
        SimulatedState state = load(file);
        this.bootId = state.bootId();
        images.addAll(state.images());
        state.contexts().forEach(context -> contexts.put(context.contextId(), context));
    }

    @Override
    public HostFacts facts() {
        return new HostFacts(bootId, true, CAPACITY);
    }

    @Override
    public List<Finding> doctor() {
        return List.of(new Finding("host", Finding.Level.DEGRADED, "simulated: no context is real", ""));
    }

    @Override
    public synchronized void prepare() {
        save();
    }

    @Override
    public synchronized List<ContextFacts> inventory() {
        return contexts.values().stream().map(SimulatedHost::facts).toList();
    }

    @Override
    public synchronized ContextFacts inspect(String contextId) {
        return facts(context(contextId));
    }

    @Override
    public synchronized Set<String> images() {
        return Set.copyOf(images);
    }

    @Override
    public void ensureImage(String digest, Path archive) {
        if (!digest.equals(digestOf(archive))) {
            throw new HostException("the archive is not " + digest);
        }
        addImage(digest);
    }

    @Override
    public synchronized void ensureNoImage(String digest) {
        images.remove(digest);
        save();
    }

    /** An image that is just there. */
    public synchronized void addImage(String digest) {
        images.add(digest);
        save();
    }

    @Override
    public synchronized void ensureStorage(ContextLayout layout) {
        require(images.contains(layout.spec().imageDigest()), "image", layout.contextId());
        long number = layout.spec().storage().map(StorageSpec::layer).orElse(0L);
        change(
                layout.contextId(),
                c -> c.withLayer(c.layer().or(() -> Optional.of(new StoredLayer(number, List.of(), List.of()))))
                        .withStorage(true, layout.spec().limits().diskBytes()));
    }

    @Override
    public synchronized void ensureSnapshot(ContextLayout layout, String snapshotId) {
        StoredLayer layer = layer(layout.contextId());
        require(!context(layout.contextId()).parts().mounted(), "unmount", layout.contextId());
        if (!layer.settled(snapshotId)) {
            List<String> more = Stream.concat(layer.snapshots().stream(), Stream.of(snapshotId))
                    .toList();
            change(
                    layout.contextId(),
                    c -> c.withLayer(Optional.of(new StoredLayer(layer.number(), more, layer.failed()))));
        }
    }

    @Override
    public synchronized void ensureNoSnapshot(String contextId, String snapshotId) {
        StoredLayer layer = layer(contextId);
        List<String> fewer =
                layer.snapshots().stream().filter(id -> !id.equals(snapshotId)).toList();
        change(contextId, c -> c.withLayer(Optional.of(new StoredLayer(layer.number(), fewer, layer.failed()))));
    }

    @Override
    public synchronized List<Snapshot> snapshots(String contextId) {
        return context(contextId).layer().map(StoredLayer::snapshots).orElse(List.of()).stream()
                .map(id -> new Snapshot(id, SNAPSHOT_BYTES, Optional.empty()))
                .toList();
    }

    @Override
    public synchronized void ensureLayer(ContextLayout layout) {
        StoredLayer layer = layer(layout.contextId());
        StorageSpec wanted = layout.spec().storage().orElse(StorageSpec.NONE);
        require(!context(layout.contextId()).parts().mounted(), "unmount", layout.contextId());
        require(layer.snapshots().containsAll(wanted.layerFrom().stream().toList()), "snapshot", layout.contextId());
        change(
                layout.contextId(),
                c -> c.withLayer(Optional.of(new StoredLayer(wanted.layer(), layer.snapshots(), layer.failed()))));
    }

    @Override
    public synchronized void ensureRescue(ContextLayout layout) {
        SimulatedContext context = context(layout.contextId());
        Optional<String> wanted = layout.rescueImage();
        require(images.containsAll(wanted.stream().toList()), "rescue image", layout.contextId());
        if (!context.rescue().equals(wanted)) {
            require(!context.parts().mounted(), "unmount", layout.contextId());
            change(layout.contextId(), c -> c.withRescue(wanted));
        }
    }

    @Override
    public synchronized void ensureNoRescue(String contextId) {
        require(!context(contextId).parts().mounted(), "unmount", contextId);
        change(contextId, c -> c.withRescue(Optional.empty()));
    }

    /** What is invented to be in it is its name and the layer's number. */
    @Override
    public synchronized Map<String, String> exportLayer(ContextLayout layout, Path archive) {
        StoredLayer layer = layer(layout.contextId());
        require(!context(layout.contextId()).parts().mounted(), "unmount", layout.contextId());
        try {
            Files.writeString(archive, "%s %d%n".formatted(layout.contextId(), layer.number()));
        } catch (IOException e) {
            throw new HostException("cannot write " + archive, e);
        }
        return Map.of();
    }

    @Override
    public synchronized void ensureReceivedLayer(
            ContextLayout layout, Path archive, String digest, Map<String, String> written) {
        if (context(layout.contextId()).layer().isPresent()) {
            return;
        }
        if (!digest.equals(digestOf(archive))) {
            throw new HostException("the archive is not " + digest);
        }
        long number = layout.spec().storage().map(StorageSpec::layer).orElse(0L);
        change(
                layout.contextId(),
                c -> c.withLayer(Optional.of(new StoredLayer(number, List.of(), List.of())))
                        .withStorage(true, layout.spec().limits().diskBytes()));
    }

    private StoredLayer layer(String contextId) {
        return context(contextId)
                .layer()
                .orElseThrow(() -> new HostException("context %s needs: a layer".formatted(contextId)));
    }

    /** What is invented to be on a disk always fits. */
    @Override
    public synchronized void ensureStorageLimit(ContextLayout layout) {
        require(context(layout.contextId()).parts().storage(), "storage", layout.contextId());
    }

    @Override
    public synchronized void ensureMounted(ContextLayout layout) {
        require(context(layout.contextId()).parts().storage(), "storage", layout.contextId());
        require(context(layout.contextId()).rescue().equals(layout.rescueImage()), "its root", layout.contextId());
        change(layout.contextId(), c -> c.withMounted(true));
    }

    @Override
    public synchronized void ensureFiles(ContextLayout layout) {
        require(context(layout.contextId()).parts().mounted(), "mount", layout.contextId());
        change(layout.contextId(), c -> c.withFiles(layout.spec().hostname()));
    }

    @Override
    public synchronized void ensureCgroup(ContextLayout layout) {
        var limits = layout.spec().limits();
        change(layout.contextId(), c -> c.withCgroup(true, limits.cpuCeilingMilli(), limits.memoryBytes()));
    }

    @Override
    public synchronized void ensureNetwork(ContextLayout layout) {
        change(layout.contextId(), c -> c.withNetwork(true));
    }

    @Override
    public synchronized void ensureStarted(ContextLayout layout) {
        SimulatedContext context = context(layout.contextId());
        require(context.parts().mounted() && context.parts().files(), "mounted root", layout.contextId());
        require(context.parts().cgroup() && context.parts().network(), "cgroup and network", layout.contextId());
        if (!context.running()) {
            change(layout.contextId(), c -> c.started(clock.utcMillis(), clock.monotonicNanos()));
        }
    }

    @Override
    public synchronized void ensureStopped(String contextId, Duration grace) {
        if (context(contextId).running()) {
            change(contextId, c -> c.stopped(clock.utcMillis()));
        }
    }

    @Override
    public synchronized void ensureUnmounted(String contextId) {
        require(!context(contextId).running(), "stop", contextId);
        change(contextId, c -> c.withMounted(false));
    }

    @Override
    public synchronized void ensureNoNetwork(String contextId) {
        require(!context(contextId).running(), "stop", contextId);
        change(contextId, c -> c.withNetwork(false));
    }

    @Override
    public synchronized void ensureNoCgroup(String contextId) {
        require(!context(contextId).running(), "stop", contextId);
        change(contextId, c -> c.withCgroup(false, 0, 0));
    }

    @Override
    public synchronized void ensureNoStorage(String contextId) {
        require(!context(contextId).parts().mounted(), "unmount", contextId);
        change(
                contextId,
                c -> c.withLayer(Optional.empty()).withRescue(Optional.empty()).withStorage(false, 0));
    }

    @Override
    public void setCpu(String contextId, CpuRate rate) {
        require(inspect(contextId).cgroup(), "cgroup", contextId);
    }

    @Override
    public synchronized Optional<KernelCounters> counters(String contextId) {
        SimulatedContext context = context(contextId);
        return context.parts().cgroup()
                ? Optional.of(model.counters(context, context.ranMillisAt(clock.utcMillis())))
                : Optional.empty();
    }

    @Override
    public Optional<Long> cpuUsageMicros(String contextId) {
        return counters(contextId).map(KernelCounters::cpuUsec);
    }

    @Override
    public synchronized void ensureFrozen(String contextId, boolean frozen) {
        if (context(contextId).running()) {
            change(contextId, c -> c.withFrozen(frozen));
        }
    }

    @Override
    public synchronized List<String> sshFingerprints(String contextId) {
        return context(contextId).parts().files() ? List.of(model.fingerprint(contextId)) : List.of();
    }

    @Override
    public synchronized ExecResult exec(String contextId, List<String> command, Duration timeout, int maxOutputBytes) {
        SimulatedContext context = context(contextId);
        require(context.running(), "run", contextId);
        String output =
                "simulated context %s did not run: %s\n".formatted(context.hostname(), String.join(" ", command));
        boolean cut = output.length() > maxOutputBytes;
        return new ExecResult(0, cut ? output.substring(0, maxOutputBytes) : output, cut);
    }

    @Override
    public synchronized Console console(String contextId, Console.Size size) {
        SimulatedContext context = context(contextId);
        require(context.running(), "run", contextId);
        return new SimulatedConsole(context.hostname());
    }

    private SimulatedContext context(String contextId) {
        return contexts.getOrDefault(contextId, SimulatedContext.none(contextId));
    }

    private void change(String contextId, UnaryOperator<SimulatedContext> change) {
        SimulatedContext changed = change.apply(context(contextId));
        if (changed.nothingLeft()) {
            contexts.remove(contextId);
        } else {
            contexts.put(contextId, changed);
        }
        save();
    }

    private static ContextFacts facts(SimulatedContext c) {
        return new ContextFacts(
                c.contextId(),
                c.parts().storage(),
                c.parts().mounted(),
                c.parts().network(),
                c.parts().cgroup(),
                c.running(),
                c.run().startNanos(),
                c.run().frozen(),
                c.layer(),
                c.rescue());
    }

    private static void require(boolean holds, String what, String contextId) {
        if (!holds) {
            throw new HostException("context %s needs: %s".formatted(contextId, what));
        }
    }

    private void save() {
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".new");
            SimulatedState state = new SimulatedState(bootId, List.copyOf(images), List.copyOf(contexts.values()));
            Files.write(temporary, Json.bytes(state));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HostException("cannot write " + file, e);
        }
    }

    private static SimulatedState load(Path file) {
        try {
            return Files.exists(file)
                    ? Json.read(Files.readAllBytes(file), SimulatedState.class)
                    : new SimulatedState(UUID.randomUUID().toString(), List.of(), List.of());
        } catch (IOException e) {
            throw new HostException("cannot read " + file, e);
        }
    }

    private static String digestOf(Path archive) {
        try {
            return FileDigest.of(archive);
        } catch (IOException e) {
            throw new HostException("cannot read " + archive, e);
        }
    }
}
