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
    private static final long NANOS_OF_MILLI = 1_000_000;

    /** Half a percent. */
    private static final long MOST_SHARE = 200;

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

    /**
     * Work whose cost grows with the number of contexts: done as often as {@code least} says while it is quick, and less often, but
     * at least every {@code most} milliseconds, when it would take more than one part in {@link #MOST_SHARE} of a CPU.
     */
    static Beat paced(long least, long most, String name, Runnable work, LongSupplier nanos) {
        return new Beat(name, () -> {
            long before = nanos.getAsLong();
            work.run();
            long tookMillis = (nanos.getAsLong() - before) / NANOS_OF_MILLI;
            return Math.clamp(tookMillis * MOST_SHARE, least, most);
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
