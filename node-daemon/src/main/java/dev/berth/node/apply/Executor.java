package dev.berth.node.apply;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.StorageStatus;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.StoredLayer;
import dev.berth.node.image.ImageStore;
import dev.berth.node.meter.Meters;
import dev.berth.node.move.Moves;
import dev.berth.node.plan.Lane;
import dev.berth.node.plan.Operation;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Carries out plans: lanes beside each other, steps of a lane in order, each step logged and with a deadline. */
final class Executor implements AutoCloseable {
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    /** What steps act on. */
    record Parts(
            Host host,
            ImageStore images,
            Meters meters,
            Governor governor,
            ContextStore contexts,
            ImageNoteStore notes,
            Moves moves,
            Clock clock) {}

    private final Parts parts;
    private final Deadlines deadlines = new Deadlines();

    // Platform threads: steps spend their time in system calls, which would hold a virtual thread's carrier.
    private final ExecutorService lanes = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("lane-", 0).factory());

    Executor(Parts parts) {
        this.parts = parts;
    }

    void run(List<Operation> operations, ContextLayout layout, StepLog log) throws InterruptedException {
        List<Operation> together = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.lane() == Lane.ALONE) {
                runTogether(together, layout, log);
                together.clear();
                runOne(operation, layout, log);
            } else {
                together.add(operation);
            }
        }
        runTogether(together, layout, log);
    }

    @Override
    public void close() {
        lanes.shutdownNow();
        deadlines.close();
    }

    private void runTogether(List<Operation> operations, ContextLayout layout, StepLog log)
            throws InterruptedException {
        Map<Lane, List<Operation>> byLane = new EnumMap<>(Lane.class);
        operations.forEach(op ->
                byLane.computeIfAbsent(op.lane(), lane -> new ArrayList<>()).add(op));
        List<Future<?>> others = new ArrayList<>();
        byLane.values().stream()
                .skip(1)
                .forEach(lane -> others.add(lanes.submit(() -> {
                    runLane(lane, layout, log);
                    return true;
                })));
        try {
            if (!byLane.isEmpty()) {
                runLane(byLane.values().iterator().next(), layout, log);
            }
        } finally {
            // Even after a failure nobody goes on before the other lanes have ended.
            join(others);
        }
    }

    private void runLane(List<Operation> lane, ContextLayout layout, StepLog log) throws InterruptedException {
        for (Operation operation : lane) {
            runOne(operation, layout, log);
        }
    }

    private void runOne(Operation operation, ContextLayout layout, StepLog log) throws InterruptedException {
        log.run(
                operation.text(),
                () -> deadlines.within(operation.deadlineSeconds(), operation.text(), () -> apply(operation, layout)));
    }

    private static void join(List<Future<?>> lanes) throws InterruptedException {
        for (Future<?> lane : lanes) {
            try {
                lane.get();
            } catch (ExecutionException e) {
                throw failure(e);
            }
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException failure ? failure : new HostException("a step was interrupted", e);
    }

    private void apply(Operation operation, ContextLayout layout) throws InterruptedException {
        switch (operation) {
            case Operation.FetchImage fetch -> parts.images().ensure(fetch.digest());
            case Operation.TakeSnapshot take -> takeSnapshot(layout, take.snapshotId());
            case Operation.RemoveSnapshot remove -> removeSnapshot(layout.contextId(), remove.snapshotId());
            case Operation.Simple simple -> apply(simple, layout);
        }
    }

    /** What it rests on is noted first: a snapshot of which that is not known would keep every image. */
    private void takeSnapshot(ContextLayout layout, String snapshotId) {
        parts.notes().snapshotRestsOn(layout.contextId(), snapshotId, imageOfLayer(layout.spec()));
        parts.host().ensureSnapshot(layout, snapshotId);
    }

    /** A spec that asks for a newer layer names that one's image; the layer that is here has the image of the spec before. */
    private String imageOfLayer(ContextSpec spec) {
        long here = parts.host()
                .inspect(spec.contextId())
                .layer()
                .map(StoredLayer::number)
                .orElse(0L);
        boolean newerWanted = spec.storage()
                .map(StorageSpec::layer)
                .filter(layer -> layer > here)
                .isPresent();
        return parts.contexts()
                .find(spec.contextId())
                .flatMap(ContextRow::appliedSpec)
                .filter(_ -> newerWanted)
                .orElse(spec)
                .imageDigest();
    }

    /** It is not measured while it is being removed. */
    private void removeSnapshot(String contextId, String snapshotId) {
        parts.meters()
                .keeps(
                        contextId,
                        parts.host().snapshots(contextId).stream()
                                .filter(snapshot -> !snapshot.snapshotId().equals(snapshotId))
                                .mapToLong(StorageStatus.Snapshot::bytes)
                                .sum());
        parts.host().ensureNoSnapshot(contextId, snapshotId);
        parts.notes().snapshotRemoved(contextId, snapshotId);
    }

    private void apply(Operation.Simple operation, ContextLayout layout) throws InterruptedException {
        ContextSpec spec = layout.spec();
        String id = spec.contextId();
        Host host = parts.host();
        Meters meters = parts.meters();
        switch (operation) {
            case READ_BEFORE -> meters.readBefore(id);
            case READ_AFTER -> meters.read(id, spec.generation());
            case ENSURE_STORAGE -> {
                host.ensureStorage(layout);
                meters.begin(spec);
            }
            case LIMIT_STORAGE -> host.ensureStorageLimit(layout);
            case ENSURE_RESCUE -> host.ensureRescue(layout);
            case ENSURE_MOUNTED -> host.ensureMounted(layout);
            case ENSURE_FILES -> host.ensureFiles(layout);
            case ENSURE_CGROUP -> {
                host.ensureCgroup(layout);
                parts.governor().attach(id, spec.limits(), now());
            }
            case ENSURE_NETWORK -> host.ensureNetwork(layout);
            case OPEN_READING -> meters.open(spec);
            case START -> {
                host.ensureStarted(layout);
                meters.started(id);
            }
            case FREEZE -> host.ensureFrozen(id, true);
            case THAW -> host.ensureFrozen(id, false);
            case STOP -> {
                meters.stopping(id);
                host.ensureStopped(id, STOP_GRACE);
            }
            case CLOSE_READING -> meters.close(id);
            case FINAL_READING -> meters.end(id, spec.generation());
            case REPLACE_LAYER -> host.ensureLayer(layout);
            case LEAVE_METER -> parts.moves().endMeter(spec);
            case EXPORT_LAYER -> parts.moves().export(layout);
            case SEND_LAYER -> parts.moves().send(layout);
            case FETCH_LAYER -> parts.moves().fetch(layout);
            case RECEIVE_LAYER -> parts.moves().receive(layout);
            case ADOPT_METER -> parts.moves().adoptMeter(spec);
            case UNMOUNT -> host.ensureUnmounted(id);
            case REMOVE_RESCUE -> host.ensureNoRescue(id);
            case REMOVE_NETWORK -> host.ensureNoNetwork(id);
            case REMOVE_CGROUP -> {
                parts.governor().detach(id);
                host.ensureNoCgroup(id);
            }
            case REMOVE_STORAGE -> {
                parts.moves().forget(id);
                host.ensureNoStorage(id);
            }
            case VERIFY_GONE -> verifyGone(spec);
        }
    }

    private void verifyGone(ContextSpec spec) {
        // A layer that was fetched and refused is the only thing that such a context ever had here.
        parts.moves().forget(spec.contextId());
        if (!parts.host().inspect(spec.contextId()).nothingLeft()) {
            throw new HostException("something of it is left: " + parts.host().inspect(spec.contextId()));
        }
        parts.governor().detach(spec.contextId());
        parts.contexts().gone(spec);
    }

    private Moment now() {
        return new Moment(parts.clock().utcMillis(), parts.clock().monotonicNanos());
    }
}
