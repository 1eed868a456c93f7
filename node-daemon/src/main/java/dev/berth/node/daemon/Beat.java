package dev.berth.node.daemon;

import dev.berth.node.host.HostException;
import dev.berth.node.store.StoreException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** A thread that does the same thing again and again. A failure of the host ends one turn, never the thread. */
final class Beat {
    private static final Logger LOG = Logger.getLogger(Beat.class);

    private static final long RETRY_MILLIS = 1_000;

    private final Thread thread;

    /** @param turn does its work and says how many milliseconds to wait */
    Beat(String name, LongSupplier turn) {
        this.thread = Thread.ofPlatform().daemon().name(name).start(() -> run(name, turn));
    }

    static Beat every(long millis, String name, Runnable work) {
        return new Beat(name, () -> {
            work.run();
            return millis;
        });
    }

    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(2_000);
    }

    private static void run(String name, LongSupplier turn) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                TimeUnit.MILLISECONDS.sleep(Math.max(1, turn(name, turn)));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static long turn(String name, LongSupplier turn) {
        try {
            return turn.getAsLong();
        } catch (HostException | StoreException e) {
            LOG.warnf("%s: %s", name, e.getMessage());
        } catch (RuntimeException e) {
            // A fault of the daemon must not stop metering or governing for good.
            LOG.errorf(e, "%s met a fault of the daemon", name);
        }
        return RETRY_MILLIS;
    }
}
