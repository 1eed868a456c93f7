package dev.berth.node.agent;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Says that something happened. However often it is raised before somebody waits, it is heard once. */
public final class Signal {
    private final Semaphore raised = new Semaphore(0);

    public void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    void await(long time, TimeUnit unit) throws InterruptedException {
        if (raised.tryAcquire(time, unit)) {
            raised.drainPermits();
        }
    }
}
