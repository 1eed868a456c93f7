package dev.berth.tools;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What all customers of a run asked for: each Idempotency-Key that was used, and what the portal said it made of it. */
final class Receipts {
    /** By key: the VPS an order made. */
    final Map<String, String> orders = new ConcurrentHashMap<>();

    /** By key: the operation an order or an action began. */
    final Map<String, String> operations = new ConcurrentHashMap<>();

    /** By key: the credit that was given. */
    final Map<String, String> grants = new ConcurrentHashMap<>();

    /** Requests that nobody answered, or not well. */
    final AtomicInteger unanswered = new AtomicInteger();

    /** Requests that were sent once more although they had been answered. */
    final AtomicInteger repeated = new AtomicInteger();

    /** Repeats that were answered differently. */
    final List<String> contradictions = new CopyOnWriteArrayList<>();

    /** Operations that staff were called for, although they ended well. */
    final List<String> alarms = new CopyOnWriteArrayList<>();

    /** By state: how operations ended. */
    final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    /** The same key must always be answered with the same thing. */
    void keep(Map<String, String> kind, String key, String made) {
        String before = kind.putIfAbsent(key, made);
        if (before != null && !before.equals(made)) {
            contradictions.add("key %s made %s, then %s".formatted(key, before, made));
        }
    }

    void ended(String state) {
        ends.computeIfAbsent(state, any -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public String toString() {
        return "%d orders, %d operations %s, %d grants; %d requests failed and were sent again, %d were repeated"
                .formatted(
                        orders.size(),
                        operations.size(),
                        new TreeMap<>(ends),
                        grants.size(),
                        unanswered.get(),
                        repeated.get());
    }
}
