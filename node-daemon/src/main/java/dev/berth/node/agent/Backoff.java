package dev.berth.node.agent;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Waits longer after each failure, up to a limit, and never exactly as long as other nodes do. */
final class Backoff {
    private static final long FIRST_MILLIS = 250;
    private static final int MAX_DOUBLINGS = 7;

    private int failures;

    void succeeded() {
        failures = 0;
    }

    void failed() throws InterruptedException {
        long most = FIRST_MILLIS << Math.min(failures, MAX_DOUBLINGS);
        failures++;
        TimeUnit.MILLISECONDS.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    int failures() {
        return failures;
    }
}
