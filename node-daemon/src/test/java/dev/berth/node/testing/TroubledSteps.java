package dev.berth.node.testing;

import dev.berth.contract.Observed.Step;
import dev.berth.contract.Observed.StepState;
import dev.berth.node.store.Database;
import dev.berth.node.store.StepStore;

/** A step log around whose lines things can go wrong: each step has a point before it, within it, and after it. */
final class TroubledSteps extends StepStore {
    private final TroubledHost host;

    TroubledSteps(Database database, TroubledHost host) {
        super(database);
        this.host = host;
    }

    @Override
    public void put(String contextId, int position, Step step) {
        boolean begins = step.state() == StepState.RUNNING;
        host.happens((begins ? "before step " : "done step ") + step.name());
        super.put(contextId, position, step);
        host.happens((begins ? "begun step " : "after step ") + step.name());
    }
}
