package dev.berth.node.apply;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed.Cause;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.StorageStatus;
import dev.berth.contract.Stranger;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.image.ImageStore;
import dev.berth.node.meter.Meters;
import dev.berth.node.move.Moves;
import dev.berth.node.plan.Operation;
import dev.berth.node.plan.Planner;
import dev.berth.node.plan.Progress;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.DesiredStore;
import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.store.StepStore;
import dev.berth.node.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Makes one context what it should be: observe, plan, apply, report, until there is nothing left to do. The caller holds the
 * context's lock. Nothing is remembered here between two calls, so a new instance over the same store goes on.
 */
public final class Reconciler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    /** A plan that is still not empty after so many rounds never will be. */
    private static final int MAX_ROUNDS = 6;

    private static final int MAX_FAILURE_CHARS = 900;

    /** What a reconciler works with. */
    public record Parts(
            Host host,
            ImageStore images,
            Meters meters,
            Governor governor,
            ContextStore contexts,
            ImageNoteStore notes,
            DesiredStore desired,
            StepStore steps,
            StatusBoard board,
            VolumeWatch volumes,
            Moves moves,
            Clock clock) {}

    private final Parts parts;
    private final Executor executor;
    private final Set<String> damaged = ConcurrentHashMap.newKeySet();

    public Reconciler(Parts parts) {
        this.parts = parts;
        this.executor = new Executor(new Executor.Parts(
                parts.host(),
                parts.images(),
                parts.meters(),
                parts.governor(),
                parts.contexts(),
                parts.notes(),
                parts.moves(),
                parts.clock()));
    }

    /** @return whether the context is now what it should be; false when it failed and should be tried again later */
    public boolean reconcile(String contextId) throws InterruptedException {
        Optional<ContextRow> row = parts.contexts().find(contextId);
        if (row.isEmpty()) {
            return true;
        }
        StepLog log = new StepLog(contextId, parts.steps(), parts.clock());
        try {
            return settle(contextId, log);
        } catch (ExplainedException e) {
            LOG.warnf("%s: %s", contextId, e.explanation().detail());
            fail(contextId, log, String.valueOf(e.getMessage()), Optional.of(e.explanation()));
        } catch (HostException e) {
            fail(contextId, log, String.valueOf(e.getMessage()), Optional.empty());
        } catch (RuntimeException e) {
            LOG.errorf(e, "a fault in the daemon stopped work on %s", contextId);
            fail(contextId, log, "internal fault: " + e, Optional.empty());
        }
        return false;
    }

    /** Whether there is something to do for a context, going by facts that were read for all of them at once. */
    public boolean needsWork(ContextRow row, ContextFacts facts) {
        return !plan(row, facts).isEmpty();
    }

    /** The next look at this context ensures its network, where it finds nothing else to do. */
    public void networkDamaged(String contextId) {
        damaged.add(contextId);
    }

    /** Tells the board how a context stands, going by facts that were read for all of them at once. */
    public void report(ContextRow row, ContextFacts facts) {
        StepLog log = new StepLog(row.contextId(), parts.steps(), parts.clock());
        parts.board().put(status(row, facts, log));
    }

    /**
     * Takes a context over that already is what it should be, going by facts that were read for all of them at once. To be called
     * before anybody else works on it.
     *
     * @return false where there is something to do, or where it cannot be said
     */
    public boolean takeOver(ContextRow row, ContextFacts facts) {
        try {
            observe(row, facts);
            if (row.failure().isPresent() || !plan(row, facts).isEmpty()) {
                return false;
            }
            settled(row, facts, new StepLog(row.contextId(), parts.steps(), parts.clock()));
            return true;
        } catch (HostException e) {
            LOG.warnf("%s cannot be looked at: %s", row.contextId(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        executor.close();
    }

    private void observe(ContextRow row, ContextFacts facts) {
        parts.meters().observe(facts, row.appliedGeneration(), parts.desired().readingIntervalSeconds());
        parts.volumes().note(row);
        govern(row, facts);
    }

    private boolean settle(String contextId, StepLog log) throws InterruptedException {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            ContextRow row = row(contextId);
            ContextFacts facts = parts.host().inspect(contextId);
            observe(row, facts);
            List<Operation> plan = plan(row, facts);
            if (damaged.remove(contextId) && plan.isEmpty() && !row.gone()) {
                plan = List.of(Operation.Simple.ENSURE_NETWORK);
            }
            if (plan.isEmpty()) {
                settled(row, facts, log);
                return true;
            }
            work(row, facts, plan, log);
        }
        throw new HostException("it does not become what it should be");
    }

    private void work(ContextRow row, ContextFacts facts, List<Operation> plan, StepLog log)
            throws InterruptedException {
        ContextSpec spec = row.spec();
        LOG.infof("%s generation %d: %s", spec.contextId(), spec.generation(), names(plan));
        log.onChange(() -> parts.board().put(status(row, facts, log)));
        long baseId = parts.contexts().baseId(spec.contextId());
        executor.run(plan, new ContextLayout(parts.volumes().effective(spec), baseId), log);
        if (spec.desiredState() != DesiredState.DELETED) {
            parts.contexts().applied(spec);
        }
    }

    private void settled(ContextRow row, ContextFacts facts, StepLog log) {
        boolean news = row.failure().isPresent()
                || row.appliedGeneration() != row.spec().generation();
        if (news) {
            parts.contexts().applied(row.spec());
        }
        parts.board().put(status(news ? row(row.contextId()) : row, facts, log));
    }

    private void fail(String contextId, StepLog log, String message, Optional<Cause> cause) {
        String text = message.length() > MAX_FAILURE_CHARS ? message.substring(0, MAX_FAILURE_CHARS) : message;
        LOG.warnf("%s: %s", contextId, text);
        parts.contexts().failed(contextId, text, cause);
        try {
            parts.board().put(status(row(contextId), parts.host().inspect(contextId), log));
        } catch (HostException e) {
            LOG.warnf("%s cannot be looked at, what was last seen of it stays reported: %s", contextId, e.getMessage());
            parts.board().find(contextId).ifPresent(last -> parts.board().put(failed(last, text, cause, log)));
        }
    }

    private static ContextStatus failed(ContextStatus last, String failure, Optional<Cause> cause, StepLog log) {
        return new ContextStatus(
                last.contextId(),
                last.generation(),
                last.state(),
                last.restarts(),
                Optional.of(failure),
                log.steps(),
                last.sshFingerprints(),
                last.sample(),
                last.pressure(),
                cause,
                last.storage(),
                last.stranger());
    }

    private void govern(ContextRow row, ContextFacts facts) {
        boolean governed = parts.governor().governs(row.contextId());
        if (facts.cgroup() && !governed && !row.gone()) {
            Moment now = new Moment(parts.clock().utcMillis(), parts.clock().monotonicNanos());
            parts.governor()
                    .attach(
                            row.contextId(),
                            row.appliedSpec().orElse(row.spec()).limits(),
                            now);
        }
    }

    private List<Operation> plan(ContextRow row, ContextFacts facts) {
        ContextSpec spec = row.spec();
        boolean image =
                spec.desiredState() == DesiredState.DELETED || parts.images().present(spec.imageDigest());
        return Planner.plan(
                spec,
                facts,
                new Progress(
                        row.appliedSpec(),
                        row.restartsDone(),
                        row.startedAddresses(),
                        image,
                        spec.boot()
                                .flatMap(Boot::rescueImage)
                                .map(parts.images()::present)
                                .orElse(false),
                        parts.meters().isOpen(row.contextId()),
                        parts.meters().metered(row.contextId()),
                        row.gone(),
                        parts.moves().left(row.contextId())));
    }

    private ContextStatus status(ContextRow row, ContextFacts facts, StepLog log) {
        return new ContextStatus(
                row.contextId(),
                row.appliedGeneration(),
                state(row, facts),
                row.restartsDone(),
                row.failure(),
                log.steps(),
                fingerprints(row, facts),
                Optional.empty(),
                Optional.empty(),
                row.cause(),
                storage(row, facts),
                stranger(row, facts));
    }

    /** What is on the disk lies over the image that was applied, whatever was asked for since. */
    private Optional<Stranger> stranger(ContextRow row, ContextFacts facts) {
        if (row.known() || row.gone()) {
            return Optional.empty();
        }
        ContextSpec last = row.appliedSpec().orElse(row.spec());
        return Optional.of(new Stranger(
                row.spec().generation(),
                last.imageDigest(),
                last.hostname(),
                last.addresses(),
                diskBytes(row.contextId()),
                facts.running()));
    }

    private Optional<Long> diskBytes(String contextId) {
        try {
            return parts.host().counters(contextId).map(KernelCounters::diskBytes);
        } catch (HostException e) {
            LOG.debugf("what %s has on its disk cannot be seen now: %s", contextId, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<StorageStatus> storage(ContextRow row, ContextFacts facts) {
        return facts.layer().filter(_ -> !row.gone()).map(layer -> storage(row.contextId(), layer.number()));
    }

    /** What is told of them is what is measured. */
    private StorageStatus storage(String contextId, long layer) {
        List<StorageStatus.Snapshot> snapshots = parts.host().snapshots(contextId);
        parts.meters()
                .keeps(
                        contextId,
                        snapshots.stream()
                                .mapToLong(StorageStatus.Snapshot::bytes)
                                .sum());
        return new StorageStatus(layer, snapshots, limit(contextId));
    }

    private Optional<StorageStatus.Limit> limit(String contextId) {
        try {
            return parts.host().storageLimit(contextId);
        } catch (HostException e) {
            LOG.debugf("what %s is held to cannot be seen now: %s", contextId, e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> fingerprints(ContextRow row, ContextFacts facts) {
        return facts.mounted() && !row.gone() ? parts.host().sshFingerprints(row.contextId()) : List.of();
    }

    private static State state(ContextRow row, ContextFacts facts) {
        if (row.gone()) {
            return State.GONE;
        }
        if (!row.known()) {
            return State.QUARANTINED;
        }
        if (row.spec().desiredState() == DesiredState.DELETED) {
            return State.DELETING;
        }
        if (facts.running()) {
            return State.RUNNING;
        }
        return row.appliedGeneration() == 0 ? State.CREATING : State.STOPPED;
    }

    private ContextRow row(String contextId) {
        return parts.contexts()
                .find(contextId)
                .orElseThrow(() -> new IllegalStateException("context " + contextId + " left the store"));
    }

    private static String names(List<Operation> plan) {
        return plan.stream().map(Operation::text).collect(Collectors.joining(" "));
    }
}
