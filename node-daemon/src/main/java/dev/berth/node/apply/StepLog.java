package dev.berth.node.apply;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.Step;
import dev.berth.contract.Observed.StepState;
import dev.berth.node.store.StepStore;
import dev.berth.node.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of one change of one context, on disk as they happen. Lanes write to it at the same time. */
final class StepLog {
    private static final long NANOS_OF_MICRO = 1_000;

    private final String contextId;
    private final StepStore store;
    private final Clock clock;
    private final List<Step> steps = new ArrayList<>();
    private boolean begun;
    private volatile Runnable changed = () -> {};

    StepLog(String contextId, StepStore store, Clock clock) {
        this.contextId = contextId;
        this.store = store;
        this.clock = clock;
        this.steps.addAll(store.steps(contextId));
    }

    /** @param listener called after each change of the log, outside its lock */
    void onChange(Runnable listener) {
        changed = listener;
    }

    synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Work that the log times and whose end it knows. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /** Runs one step. An {@link Error} is no failure of the step: it is left as running, as after kill -9. */
    void run(String name, Work work) throws InterruptedException {
        long since = clock.monotonicNanos();
        Step step = new Step(name, StepState.RUNNING, Math.max(1, clock.utcMillis()), Optional.empty());
        int position = add(step);
        changed.run();
        try {
            work.run();
        } catch (RuntimeException | InterruptedException e) {
            end(position, step, StepState.FAILED, since);
            throw e;
        }
        end(position, step, StepState.DONE, since);
    }

    private synchronized int add(Step step) {
        if (!begun || steps.size() >= ContextStatus.MAX_STEPS) {
            store.clear(contextId);
            steps.clear();
            begun = true;
        }
        steps.add(step);
        store.put(contextId, steps.size() - 1, step);
        return steps.size() - 1;
    }

    private void end(int position, Step step, StepState state, long since) {
        long tookMicros = Math.max(0, clock.monotonicNanos() - since) / NANOS_OF_MICRO;
        Step ended = new Step(step.name(), state, step.startedMillis(), Optional.of(tookMicros));
        synchronized (this) {
            steps.set(position, ended);
            store.put(contextId, position, ended);
        }
        changed.run();
    }
}
