package dev.berth.node.cpu;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.host.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one bucket for each context and sets its rate as the bucket empties and fills. Contexts near such a change are looked
 * at on every tick, the others once in {@link #SLOW_MILLIS}, those that are far from any change once in {@link
 * #FAR_MILLIS} or {@link #FARTHEST_MILLIS}, so that a thousand idle ones cost next to nothing. What a full bucket would have lost
 * within such a pause, before it was used again, is left to it: no more than its baseline fills in that time.
 */
public final class Governor {
    /** How often {@link #tick} should be called. */
    public static final long FAST_MILLIS = 100;

    static final long SLOW_MILLIS = 1_000;
    static final long FAR_MILLIS = 5_000;
    static final long FARTHEST_MILLIS = 15_000;
    private static final long SAVE_MILLIS = 10_000;

    /** In the same boot a balance is computed from an older one without a loss; only a crash of the host finds an old one. */
    private static final long FULL_SAVE_MILLIS = 60_000;

    /** Balances are written many at once. */
    private static final long TOGETHER_MILLIS = 1_000;

    private static final long NANOS_OF_MILLI = 1_000_000;

    private final Host host;
    private final Balances balances;
    private final String bootId;
    private final long capacityMilli;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    /** Balances not written yet; its monitor is held while any is written, so that none comes after a later one. */
    private final Map<String, Balance> unsaved = new HashMap<>();

    private long wroteNanos;
    private volatile long sharedNanos = Long.MIN_VALUE;
    private volatile boolean sharing;

    public Governor(Host host, Balances balances) {
        this.host = host;
        this.balances = balances;
        this.bootId = host.facts().bootId();
        this.capacityMilli = host.facts().capacity().cpuMilli();
    }

    /**
     * Takes a context under government, or its new limits, and sets its rate. A context that was never seen gets its launch
     * tokens; one that was goes on with its balance.
     */
    public void attach(String contextId, Limits limits, Moment now) {
        Account account = accounts.computeIfAbsent(contextId, id -> restored(id, limits, now));
        synchronized (account) {
            account.renewed(limits);
            save(contextId, account, now);
            host.setCpu(contextId, account.rate());
            account.applied();
        }
    }

    public void detach(String contextId) {
        accounts.remove(contextId);
        synchronized (unsaved) {
            unsaved.remove(contextId);
        }
    }

    public Set<String> contexts() {
        return Set.copyOf(accounts.keySet());
    }

    public boolean governs(String contextId) {
        return accounts.containsKey(contextId);
    }

    /** Tokens in a context's bucket; empty when it is not governed. */
    public Optional<Long> tokens(String contextId) {
        return Optional.ofNullable(accounts.get(contextId)).map(Account::tokens);
    }

    /**
     * What a context drew beyond its bank, as of the last look. Where it drew something that is written down first, so that who writes
     * this down afterwards in the same place never has more than what is found again.
     */
    public Drawn drawn(String contextId, Moment now) {
        Account account = accounts.get(contextId);
        if (account == null) {
            return balances.load(contextId).map(Balance::drawn).orElse(Drawn.NOTHING);
        }
        synchronized (account) {
            Drawn drawn = account.drawn();
            if (!drawn.equals(Drawn.NOTHING)) {
                save(contextId, account, now);
            }
            return drawn;
        }
    }

    /** What is in a context's bucket, as it is written down now; empty for one that was never governed. */
    public Optional<Balance> balance(String contextId, Moment now) {
        Account account = accounts.get(contextId);
        if (account == null) {
            return balances.load(contextId);
        }
        synchronized (account) {
            save(contextId, account, now);
            return Optional.of(account.balance(bootId, now));
        }
    }

    /** A context came with a balance. One that has its own here keeps that. */
    public void carried(String contextId, Balance balance) {
        if (!accounts.containsKey(contextId) && balances.load(contextId).isEmpty()) {
            balances.save(contextId, balance);
        }
    }

    /** Those whose time has come. Asked ten times a second: it costs a comparison for each of the others. */
    public List<String> due(Moment now) {
        List<String> due = new ArrayList<>();
        accounts.forEach((contextId, account) -> {
            if (account.isDue(now.monotonicNanos(), sharing)) {
                due.add(contextId);
            }
        });
        return due;
    }

    /** Looks at one context if its time has come. */
    public void tick(String contextId, Moment now) {
        Account account = accounts.get(contextId);
        if (account == null) {
            return;
        }
        synchronized (account) {
            if (account.isDue(now.monotonicNanos(), sharing)) {
                sample(contextId, account, now);
            }
        }
    }

    /**
     * Gives out CPU time that nobody reserved, once in {@link #SLOW_MILLIS}. Where nobody has a share of its own, weights that
     * follow the reservations do so by themselves.
     */
    public void share(Moment now) {
        if (sharedNanos != Long.MIN_VALUE && now.monotonicNanos() - sharedNanos < SLOW_MILLIS * NANOS_OF_MILLI) {
            return;
        }
        sharedNanos = now.monotonicNanos();
        List<Account> all = List.copyOf(accounts.values());
        boolean own = all.stream().anyMatch(Account::hasShare);
        sharing = own;
        List<Shares.Claim> claims = new ArrayList<>();
        for (Account account : all) {
            synchronized (account) {
                claims.add(account.claim());
            }
        }
        List<Long> weights = own ? Shares.weights(capacityMilli, claims) : List.of();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).weigh(own ? weights.get(i) : claims.get(i).reservedMilli());
        }
    }

    /** Writes down what ticks left to be written, at most once in {@link #TOGETHER_MILLIS}. */
    public void write(Moment now) {
        if (now.monotonicNanos() - wroteNanos >= TOGETHER_MILLIS * NANOS_OF_MILLI) {
            wroteNanos = now.monotonicNanos();
            write();
        }
    }

    private void write() {
        synchronized (unsaved) {
            if (!unsaved.isEmpty()) {
                balances.saveAll(unsaved);
                unsaved.clear();
            }
        }
    }

    /** Writes every balance down, before the daemon ends. */
    public void saveAll(Moment now) {
        accounts.forEach((contextId, account) -> {
            synchronized (account) {
                later(contextId, account, now);
            }
        });
        write();
    }

    private void sample(String contextId, Account account, Moment now) {
        boolean heldBefore = account.held();
        long usage = host.cpuUsageMicros(contextId).orElse(account.usageMicros());
        account.advance(usage, now.monotonicNanos());
        boolean switched = heldBefore != account.held();
        if (switched || account.differs()) {
            host.setCpu(contextId, account.rate());
            account.applied();
        }
        long saveMillis = account.full() ? FULL_SAVE_MILLIS : SAVE_MILLIS;
        if (switched) {
            save(contextId, account, now);
        } else if (now.monotonicNanos() - account.savedNanos() >= saveMillis * NANOS_OF_MILLI) {
            later(contextId, account, now);
        }
    }

    private void save(String contextId, Account account, Moment now) {
        synchronized (unsaved) {
            unsaved.remove(contextId);
            balances.save(contextId, account.balance(bootId, now));
        }
    }

    private void later(String contextId, Account account, Moment now) {
        synchronized (unsaved) {
            unsaved.put(contextId, account.balance(bootId, now));
        }
    }

    /** In the same boot the counter and the clock go on where they were; in a new one both began at nothing. */
    private Account restored(String contextId, Limits limits, Moment now) {
        Optional<Balance> saved = balances.load(contextId);
        if (saved.isEmpty()) {
            long usage = host.cpuUsageMicros(contextId).orElse(0L);
            return new Account(limits, TokenBucket.launched(limits), Drawn.NOTHING, usage, now.monotonicNanos());
        }
        Balance balance = saved.get();
        TokenBucket bucket = TokenBucket.of(limits, balance.balanceNanos(), balance.held());
        boolean sameBoot = balance.bootId().equals(bootId);
        long awayNanos = sameBoot
                ? now.monotonicNanos() - balance.monotonicNanos()
                : (now.utcMillis() - balance.utcMillis()) * NANOS_OF_MILLI;
        Account account = new Account(
                limits,
                bucket,
                balance.drawn(),
                sameBoot ? balance.usageMicros() : 0,
                now.monotonicNanos() - Math.max(0, awayNanos));
        account.advance(host.cpuUsageMicros(contextId).orElse(account.usageMicros()), now.monotonicNanos());
        return account;
    }
}
