package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.host.Host;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one bucket for each context and sets its quota when the bucket is emptied or has filled again. Contexts near such a
 * switch are looked at on every tick, the others once in {@link #SLOW_MILLIS}.
 */
public final class Governor {
    /** How often {@link #tick} should be called. */
    public static final long FAST_MILLIS = 250;

    static final long SLOW_MILLIS = 1_000;
    private static final long SAVE_MILLIS = 10_000;
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final Host host;
    private final Balances balances;
    private final String bootId;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    public Governor(Host host, Balances balances) {
        this.host = host;
        this.balances = balances;
        this.bootId = host.facts().bootId();
    }

    /**
     * Takes a context under government, or its new limits, and sets its quota. A context that was never seen gets its launch
     * tokens; one that was goes on with its balance.
     */
    public void attach(String contextId, Limits limits, Moment now) {
        Account account = accounts.computeIfAbsent(contextId, id -> restored(id, limits, now));
        synchronized (account) {
            account.bucket = TokenBucket.of(limits, account.bucket.balanceNanos(), account.bucket.held());
            save(contextId, account, now);
            apply(contextId, account);
        }
    }

    public void detach(String contextId) {
        accounts.remove(contextId);
    }

    public Set<String> contexts() {
        return Set.copyOf(accounts.keySet());
    }

    /** Tokens in a context's bucket; empty when it is not governed. */
    public Optional<Long> tokens(String contextId) {
        return Optional.ofNullable(accounts.get(contextId)).map(account -> account.bucket.tokens());
    }

    /** Looks at one context if its time has come. */
    public void tick(String contextId, Moment now) {
        Account account = accounts.get(contextId);
        if (account == null) {
            return;
        }
        synchronized (account) {
            long sinceMillis = (now.monotonicNanos() - account.seenNanos) / NANOS_OF_MILLI;
            if (sinceMillis >= SLOW_MILLIS - FAST_MILLIS / 2 || account.bucket.nearSwitch(2 * SLOW_MILLIS)) {
                sample(contextId, account, now);
            }
        }
    }

    /** Writes every balance down, before the daemon ends. */
    public void saveAll(Moment now) {
        accounts.forEach((contextId, account) -> {
            synchronized (account) {
                save(contextId, account, now);
            }
        });
    }

    private void sample(String contextId, Account account, Moment now) {
        boolean heldBefore = account.bucket.held();
        long usage = host.cpuUsageMicros(contextId).orElse(account.usageMicros);
        account.advance(usage, now.monotonicNanos());
        boolean switched = heldBefore != account.bucket.held();
        if (switched) {
            apply(contextId, account);
        }
        if (switched || now.monotonicNanos() - account.savedNanos >= SAVE_MILLIS * NANOS_OF_MILLI) {
            save(contextId, account, now);
        }
    }

    private void apply(String contextId, Account account) {
        host.setCpu(contextId, account.bucket.quotaMilli(), account.bucket.weight());
    }

    private void save(String contextId, Account account, Moment now) {
        account.savedNanos = now.monotonicNanos();
        balances.save(
                contextId,
                new Balance(
                        account.bucket.balanceNanos(),
                        account.bucket.held(),
                        account.usageMicros,
                        bootId,
                        account.seenNanos,
                        now.utcMillis()));
    }

    /** In the same boot the counter and the clock go on where they were; in a new one both began at nothing. */
    private Account restored(String contextId, Limits limits, Moment now) {
        Optional<Balance> saved = balances.load(contextId);
        if (saved.isEmpty()) {
            long usage = host.cpuUsageMicros(contextId).orElse(0L);
            return new Account(TokenBucket.launched(limits), usage, now.monotonicNanos());
        }
        Balance balance = saved.get();
        TokenBucket bucket = TokenBucket.of(limits, balance.balanceNanos(), balance.held());
        boolean sameBoot = balance.bootId().equals(bootId);
        long awayNanos = sameBoot
                ? now.monotonicNanos() - balance.monotonicNanos()
                : (now.utcMillis() - balance.utcMillis()) * NANOS_OF_MILLI;
        Account account = new Account(
                bucket, sameBoot ? balance.usageMicros() : 0, now.monotonicNanos() - Math.max(0, awayNanos));
        account.advance(host.cpuUsageMicros(contextId).orElse(account.usageMicros), now.monotonicNanos());
        return account;
    }

    /** One context's bucket and what it was computed from. */
    private static final class Account {
        private volatile TokenBucket bucket;
        private long usageMicros;
        private long seenNanos;
        private long savedNanos;

        Account(TokenBucket bucket, long usageMicros, long seenNanos) {
            this.bucket = bucket;
            this.usageMicros = usageMicros;
            this.seenNanos = seenNanos;
        }

        /** A counter below the last one began anew: what it shows was used since. */
        void advance(long usage, long nowNanos) {
            long used = usage >= usageMicros ? usage - usageMicros : usage;
            long elapsedMicros = Math.max(0, nowNanos - seenNanos) / 1_000;
            bucket = bucket.after(elapsedMicros, used);
            usageMicros = usage;
            seenNanos += elapsedMicros * 1_000;
        }
    }
}
