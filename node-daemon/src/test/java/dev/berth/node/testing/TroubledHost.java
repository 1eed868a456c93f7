package dev.berth.node.testing;

import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.node.host.Console;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.CpuRate;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.Finding;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostFacts;
import dev.berth.node.host.HostTotals;
import dev.berth.node.host.KernelCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host on which every change can go wrong, right before it or right after it. */
public class TroubledHost implements Host {
    private final Host host;
    private volatile Consumer<String> trouble = point -> {};
    private volatile Runnable blindness = () -> {};

    public TroubledHost(Host host) {
        this.host = host;
    }

    /** @param next is told {@code before X} and {@code after X} of every changing call X, and may throw */
    public void trouble(Consumer<String> next) {
        trouble = next;
    }

    /** @param next is run before each look at a context, and may throw */
    public void blind(Runnable next) {
        blindness = next;
    }

    /** Something that happens between changes of the host. */
    void happens(String point) {
        trouble.accept(point);
    }

    private void change(String what, Runnable call) {
        trouble.accept("before " + what);
        call.run();
        trouble.accept("after " + what);
    }

    @Override
    public HostFacts facts() {
        return host.facts();
    }

    @Override
    public List<Finding> doctor() {
        return host.doctor();
    }

    @Override
    public void prepare() {
        host.prepare();
    }

    @Override
    public List<ContextFacts> inventory() {
        return host.inventory();
    }

    @Override
    public ContextFacts inspect(String contextId) {
        blindness.run();
        return host.inspect(contextId);
    }

    @Override
    public Set<String> images() {
        return host.images();
    }

    @Override
    public void ensureImage(String digest, Path archive) {
        change("ensureImage", () -> host.ensureImage(digest, archive));
    }

    @Override
    public void ensureNoImage(String digest) {
        change("ensureNoImage", () -> host.ensureNoImage(digest));
    }

    @Override
    public void ensureStorage(ContextLayout layout) {
        change("ensureStorage", () -> host.ensureStorage(layout));
    }

    @Override
    public void ensureStorageLimit(ContextLayout layout) {
        change("ensureStorageLimit", () -> host.ensureStorageLimit(layout));
    }

    @Override
    public void ensureSnapshot(ContextLayout layout, String snapshotId) {
        change("ensureSnapshot", () -> host.ensureSnapshot(layout, snapshotId));
    }

    @Override
    public void ensureNoSnapshot(String contextId, String snapshotId) {
        change("ensureNoSnapshot", () -> host.ensureNoSnapshot(contextId, snapshotId));
    }

    @Override
    public List<Snapshot> snapshots(String contextId) {
        return host.snapshots(contextId);
    }

    @Override
    public void ensureLayer(ContextLayout layout) {
        change("ensureLayer", () -> host.ensureLayer(layout));
    }

    @Override
    public void ensureRescue(ContextLayout layout) {
        change("ensureRescue", () -> host.ensureRescue(layout));
    }

    @Override
    public void ensureNoRescue(String contextId) {
        change("ensureNoRescue", () -> host.ensureNoRescue(contextId));
    }

    @Override
    public Map<String, String> exportLayer(ContextLayout layout, Path archive) {
        Map<String, String> written = new TreeMap<>();
        change("exportLayer", () -> written.putAll(host.exportLayer(layout, archive)));
        return written;
    }

    @Override
    public void ensureReceivedLayer(ContextLayout layout, Path archive, String digest, Map<String, String> written) {
        change("ensureReceivedLayer", () -> host.ensureReceivedLayer(layout, archive, digest, written));
    }

    @Override
    public void ensureMounted(ContextLayout layout) {
        change("ensureMounted", () -> host.ensureMounted(layout));
    }

    @Override
    public void ensureFiles(ContextLayout layout) {
        change("ensureFiles", () -> host.ensureFiles(layout));
    }

    @Override
    public void ensureCgroup(ContextLayout layout) {
        change("ensureCgroup", () -> host.ensureCgroup(layout));
    }

    @Override
    public void ensureNetwork(ContextLayout layout) {
        change("ensureNetwork", () -> host.ensureNetwork(layout));
    }

    @Override
    public void ensureStarted(ContextLayout layout) {
        change("ensureStarted", () -> host.ensureStarted(layout));
    }

    @Override
    public void ensureFrozen(String contextId, boolean frozen) {
        change("ensureFrozen", () -> host.ensureFrozen(contextId, frozen));
    }

    @Override
    public void ensureStopped(String contextId, Duration grace) {
        change("ensureStopped", () -> host.ensureStopped(contextId, grace));
    }

    @Override
    public void ensureUnmounted(String contextId) {
        change("ensureUnmounted", () -> host.ensureUnmounted(contextId));
    }

    @Override
    public void ensureNoNetwork(String contextId) {
        change("ensureNoNetwork", () -> host.ensureNoNetwork(contextId));
    }

    @Override
    public void ensureNoCgroup(String contextId) {
        change("ensureNoCgroup", () -> host.ensureNoCgroup(contextId));
    }

    @Override
    public void ensureNoStorage(String contextId) {
        change("ensureNoStorage", () -> host.ensureNoStorage(contextId));
    }

    @Override
    public void setCpu(String contextId, CpuRate rate) {
        change("setCpu", () -> host.setCpu(contextId, rate));
    }

    /** What all contexts used together, as a test says. */
    public Optional<HostTotals> totals = Optional.empty();

    @Override
    public Optional<HostTotals> totals() {
        return totals;
    }

    @Override
    public Optional<KernelCounters> counters(String contextId) {
        return host.counters(contextId);
    }

    @Override
    public Optional<Long> cpuUsageMicros(String contextId) {
        return host.cpuUsageMicros(contextId);
    }

    @Override
    public List<String> sshFingerprints(String contextId) {
        return host.sshFingerprints(contextId);
    }

    @Override
    public ExecResult exec(String contextId, List<String> command, Duration timeout, int maxOutputBytes)
            throws IOException {
        return host.exec(contextId, command, timeout, maxOutputBytes);
    }

    @Override
    public Console console(String contextId, Console.Size size) throws IOException {
        return host.console(contextId, size);
    }
}
