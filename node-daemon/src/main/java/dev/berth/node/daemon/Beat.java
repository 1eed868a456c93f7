package dev.berth.node.daemon;

import dev.berth.node.host.HostException;
import dev.berth.node.store.StoreException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** A thread that does the same thing again and again. A failure of the host ends one turn, never the thread. */
final class Beat {
    private static final Logger LOG = Logger.getLogger(Beat.class);

    private static final long RETRY_MILLIS = 1_000;
    private static final long NANOS_OF_MILLI = 1_000_000;

    /** A third of a percent. */
    private static final long MOST_SHARE = 300;

    private final Thread thread;

    /** @param turn does its work and says how many milliseconds to wait */
    Beat(String name, LongSupplier turn) {
        this(name, 0, turn);
    }

    private Beat(String name, long firstAfterMillis, LongSupplier turn) {
        this.thread = Thread.ofPlatform().daemon().name(name).start(() -> run(name, firstAfterMillis, turn));
    }

    static Beat every(long millis, String name, Runnable work) {
        return new Beat(name, () -> {
            work.run();
            return millis;
        });
    }

    /**
     * How often something is done.
     *
     * @param least milliseconds between two turns that are quick
     * @param most milliseconds between two turns that take long
     */
    record Pace(long least, long most) {
        Pace {
            if (least < 1 || most < least) {
                throw new IllegalArgumentException("least %d and most %d are no pace".formatted(least, most));
            }
        }

        /** The same, with never more than so many milliseconds between two turns. */
        Pace atMost(long millis) {
            return new Pace(Math.clamp(millis, 1, least), Math.clamp(millis, 1, most));
        }

        long after(long tookMillis) {
            return Math.clamp(tookMillis * MOST_SHARE, least, most);
        }
    }

    /**
     * Work whose cost grows with the number of contexts: done as often as {@code least} says while it is quick, and less often, but
     * at least every {@code most} milliseconds, when it would take more than one part in {@link #MOST_SHARE} of a CPU.
     *
     * @param pace asked before each pause, because it may change
     */
    static Beat paced(Supplier<Pace> pace, String name, Runnable work, LongSupplier nanos) {
        return new Beat(name, timed(pace, work, nanos));
    }

    /** The same for what has just been done in another way: its first turn comes after the shortest pause. */
    static Beat pacedFromNow(Supplier<Pace> pace, String name, Runnable work, LongSupplier nanos) {
        return new Beat(name, pace.get().least(), timed(pace, work, nanos));
    }

    private static LongSupplier timed(Supplier<Pace> pace, Runnable work, LongSupplier nanos) {
        return () -> {
            long before = nanos.getAsLong();
            work.run();
            return pace.get().after((nanos.getAsLong() - before) / NANOS_OF_MILLI);
        };
    }

    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(2_000);
    }

    private static void run(String name, long firstAfterMillis, LongSupplier turn) {
        try {
            TimeUnit.MILLISECONDS.sleep(firstAfterMillis);
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(Math.max(1, turn(name, turn)));
            }
        } catch (InterruptedException e) {
            // stopped
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
