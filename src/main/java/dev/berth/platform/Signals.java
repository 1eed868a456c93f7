package dev.berth.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who wait in this process for something that another request changes. What another replica changes is found
 * by looking again every second. Take a watch before looking: then no change between looking and waiting is missed.
 */
@ApplicationScoped
public class Signals {
    /** How long a waiter sleeps before it looks again. */
    public static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ConcurrentMap<Object, Topic> topics = new ConcurrentHashMap<>();
    private final TransactionSynchronizationRegistry registry;

    Signals(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    private static final class Topic {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition raised = lock.newCondition();
        private long count;
        private String traceId = "";
        private int watchers;
    }

    /** A place in front of a topic. */
    public final class Watch implements AutoCloseable {
        private final Object key;
        private final Topic topic;
        private long seen;

        private Watch(Object key) {
            this.key = key;
            this.topic = topics.compute(key, (ignored, known) -> {
                Topic entered = known == null ? new Topic() : known;
                entered.watchers++;
                return entered;
            });
            this.seen = count(topic);
        }

        /** Returns at the next signal since the watch was taken or last waited, or after {@code most}. */
        public void await(Duration most) throws InterruptedException {
            topic.lock.lockInterruptibly();
            try {
                long nanos = most.toNanos();
                while (topic.count == seen && nanos > 0) {
                    nanos = topic.raised.awaitNanos(nanos);
                }
                seen = topic.count;
            } finally {
                topic.lock.unlock();
            }
        }

        /** The trace of the request that raised the last signal; empty when there was none. */
        public String traceId() {
            topic.lock.lock();
            try {
                return topic.traceId;
            } finally {
                topic.lock.unlock();
            }
        }

        @Override
        public void close() {
            topics.computeIfPresent(key, (ignored, known) -> --known.watchers == 0 ? null : known);
        }
    }

    public Watch watch(Object key) {
        return new Watch(key);
    }

    /** Raises it when the transaction has been committed; at once outside of one. */
    public void raise(Object key) {
        String traceId = Traces.current();
        if (registry.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            now(key, traceId);
            return;
        }
        registry.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // nothing is certain yet
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    now(key, traceId);
                }
            }
        });
    }

    private void now(Object key, String traceId) {
        Topic topic = topics.get(key);
        if (topic == null) {
            return;
        }
        topic.lock.lock();
        try {
            topic.count++;
            topic.traceId = traceId;
            topic.raised.signalAll();
        } finally {
            topic.lock.unlock();
        }
    }

    private static long count(Topic topic) {
        topic.lock.lock();
        try {
            return topic.count;
        } finally {
            topic.lock.unlock();
        }
    }

    /** A deadline on the clock that never jumps. */
    public static long deadlineNanos(Duration wait) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait.toMillis());
    }

    /** What is left until a deadline, at most {@link #LOOK_AGAIN}. */
    public static Duration nap(long deadlineNanos) {
        long left = Math.max(0, deadlineNanos - System.nanoTime());
        return Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos()));
    }
}
