package dev.berth.node.apply;

import dev.berth.contract.Observed.ContextStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What is known of every context now, and which of it the portal has not been told. */
public final class StatusBoard {
    private static final long PATIENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, ContextStatus> statuses = new TreeMap<>();
    private final Set<String> untold = new LinkedHashSet<>();
    private boolean urgent;

    /** Something of a context is new. A new state, a new generation or a failure does not wait for others. */
    public void put(ContextStatus status) {
        lock.lock();
        try {
            ContextStatus before = statuses.put(status.contextId(), status);
            if (!status.equals(before)) {
                untold.add(status.contextId());
                urgent |= before == null || matters(before, status);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    public Optional<ContextStatus> find(String contextId) {
        lock.lock();
        try {
            return Optional.ofNullable(statuses.get(contextId));
        } finally {
            lock.unlock();
        }
    }

    public List<ContextStatus> all() {
        lock.lock();
        try {
            return List.copyOf(statuses.values());
        } finally {
            lock.unlock();
        }
    }

    /** The portal does not want to hear of these any more. */
    public void remove(Collection<String> contextIds) {
        lock.lock();
        try {
            statuses.keySet().removeAll(contextIds);
            untold.removeAll(contextIds);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for news, and then a moment longer for more of it. Whoever takes them tells them, or gives them back by {@link
     * #untold}.
     *
     * @return what is new; nothing when the time is over
     */
    public List<ContextStatus> take(long maxMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            // urgent news goes at once
            long nanos = TimeUnit.MILLISECONDS.toNanos(maxMillis);
            while (untold.isEmpty() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            long patience = PATIENT_NANOS;
            while (!untold.isEmpty() && !urgent && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            return taken();
        } finally {
            lock.unlock();
        }
    }

    /** The portal could not be told. */
    public void untold(Collection<ContextStatus> news) {
        lock.lock();
        try {
            news.forEach(status -> untold.add(status.contextId()));
        } finally {
            lock.unlock();
        }
    }

    private List<ContextStatus> taken() {
        List<ContextStatus> news = new ArrayList<>();
        for (String contextId : untold) {
            ContextStatus status = statuses.get(contextId);
            if (status != null) {
                news.add(status);
            }
        }
        untold.clear();
        urgent = false;
        return news;
    }

    private static boolean matters(ContextStatus before, ContextStatus after) {
        return before.state() != after.state()
                || before.generation() != after.generation()
                || before.restarts() != after.restarts()
                || !Objects.equals(before.failure(), after.failure());
    }
}
