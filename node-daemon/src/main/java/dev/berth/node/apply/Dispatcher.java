package dev.berth.node.apply;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Gives each context at most one worker at a time, and at most so many contexts one at once. What comes in while a worker is
 * busy is not lost: it looks once more before it lets go. A failure is tried again, later and later.
 */
public final class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long LAST_RETRY_MILLIS = 60_000;
    private static final int MAX_DOUBLINGS = 6;
    private static final String TRACE = "traceId";

    /** Work on one context; false asks for another try later. */
    @FunctionalInterface
    public interface Work {
        boolean on(String contextId) throws InterruptedException;
    }

    private final Work work;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("retries").factory());
    private final Map<String, Slot> slots = new HashMap<>();
    private final AtomicInteger failures = new AtomicInteger();

    /** One context's place: whether it is being worked on, and whether to look again after that. */
    private static final class Slot {
        private boolean busy;
        private boolean again;
        private int attempts;
        private String trace = "";
    }

    public Dispatcher(Work work, int concurrency) {
        this.work = work;
        this.workers = Executors.newFixedThreadPool(
                concurrency, Thread.ofPlatform().daemon().name("context-", 0).factory());
    }

    /** Something about a context may need work. Returns at once. */
    public void wake(String contextId) {
        synchronized (slots) {
            Slot slot = slots.computeIfAbsent(contextId, id -> new Slot());
            slot.trace = MDC.get(TRACE) instanceof String trace ? trace : slot.trace;
            if (slot.busy) {
                slot.again = true;
            } else {
                slot.busy = true;
                workers.execute(() -> run(contextId, slot));
            }
        }
    }

    public boolean busy(String contextId) {
        synchronized (slots) {
            Slot slot = slots.get(contextId);
            return slot != null && slot.busy;
        }
    }

    /** How many contexts are being worked on or wait for it; those that wait for a retry do not count. */
    public int busy() {
        synchronized (slots) {
            return (int) slots.values().stream().filter(slot -> slot.busy).count();
        }
    }

    /** How often work failed since the daemon began. */
    public int failures() {
        return failures.get();
    }

    /** Lets work that is under way end, but not for long. */
    public void stop() throws InterruptedException {
        timer.shutdownNow();
        workers.shutdown();
        if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
            workers.shutdownNow();
        }
    }

    private void run(String contextId, Slot slot) {
        boolean done = false;
        try {
            MDC.put(TRACE, slot.trace);
            done = work.on(contextId);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.errorf(e, "work on %s ended with a fault of the daemon", contextId);
        } finally {
            MDC.remove(TRACE);
            ended(contextId, slot, done);
        }
    }

    private void ended(String contextId, Slot slot, boolean done) {
        synchronized (slots) {
            slot.busy = false;
            slot.attempts = done ? 0 : slot.attempts + 1;
            if (slot.again) {
                slot.again = false;
                slot.busy = true;
                workers.execute(() -> run(contextId, slot));
            } else if (done) {
                slots.remove(contextId);
            } else {
                failures.incrementAndGet();
                Future<?> _ = timer.schedule(() -> wake(contextId), delayMillis(slot.attempts), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static long delayMillis(int attempts) {
        long most = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts - 1, MAX_DOUBLINGS));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }
}
