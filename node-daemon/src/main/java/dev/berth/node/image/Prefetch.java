package dev.berth.node.image;

import dev.berth.node.host.HostException;
import dev.berth.node.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Brings the images the portal announces before an order needs them, one after the other, and drops those that for some
 * time were neither announced nor used by a context or a snapshot. An order for one that is under way waits for the same download.
 */
public final class Prefetch {
    private static final Logger LOG = Logger.getLogger(Prefetch.class);
    private static final long NANOS_OF_SECOND = 1_000_000_000L;
    private static final long FIRST_RETRY_SECONDS = 15;
    private static final int MAX_DOUBLINGS = 6;

    private final ImageStore images;
    private final Supplier<Optional<Set<String>>> inUse;
    private final Clock clock;
    private final long graceNanos;

    /** Holds the newest announcement only: an older one that was not looked at yet says nothing any more. */
    private final BlockingQueue<List<String>> announced = new ArrayBlockingQueue<>(1);

    private final Map<String, Failure> failures = new HashMap<>();

    /** Monotonic time since when nothing needs an image that is here. Not kept on disk: a start only makes it later. */
    private final Map<String, Long> idleSinceNanos = new ConcurrentHashMap<>();

    private volatile Set<String> newest = Set.of();

    private final Thread thread;

    /** @param notBeforeNanos monotonic time of the next try */
    private record Failure(int count, long notBeforeNanos) {}

    /**
     * @param inUse images of contexts and snapshots; empty while one is here whose image is not known
     * @param grace how long an image stays that nothing needs
     */
    public Prefetch(ImageStore images, Supplier<Optional<Set<String>>> inUse, Clock clock, Duration grace) {
        this.images = images;
        this.inUse = inUse;
        this.clock = clock;
        this.graceNanos = grace.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("prefetch").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** These should be here, the first ones first. Returns at once; a repeat is how what failed is tried again. */
    public synchronized void announce(List<String> digests) {
        newest = Set.copyOf(digests);
        announced.clear();
        announced.add(List.copyOf(digests));
    }

    /** Whether the newest announcement has it. */
    boolean announced(String digest) {
        return newest.contains(digest);
    }

    /** For how long nothing has needed it; empty where something does, or nobody has looked yet. */
    Optional<Long> idleNanos(String digest) {
        return Optional.ofNullable(idleSinceNanos.get(digest)).map(since -> clock.monotonicNanos() - since);
    }

    public void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(2_000);
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                round(announced.take());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Without prefetching orders are slower, but they work: the daemon goes on, and so does the next round.
                LOG.warnf("images are not looked after now: %s", e);
            }
        }
    }

    /** Fetches what is missing and drops what is not needed. */
    void round(List<String> digests) throws InterruptedException {
        for (String digest : digests) {
            if (!images.present(digest) && due(digest)) {
                fetch(digest);
            }
        }
        failures.keySet().retainAll(new HashSet<>(digests));
        collect(digests);
    }

    private void fetch(String digest) throws InterruptedException {
        try {
            images.ensure(digest);
            failures.remove(digest);
            LOG.infof("image %s: here before it is needed", digest);
        } catch (HostException e) {
            int count = Optional.ofNullable(failures.get(digest))
                            .map(Failure::count)
                            .orElse(0)
                    + 1;
            long seconds = FIRST_RETRY_SECONDS << Math.min(count - 1, MAX_DOUBLINGS);
            failures.put(digest, new Failure(count, clock.monotonicNanos() + seconds * NANOS_OF_SECOND));
            LOG.warnf("%s; next try in %d s", e.getMessage(), seconds);
        }
    }

    private boolean due(String digest) {
        return Optional.ofNullable(failures.get(digest))
                .map(failure -> clock.monotonicNanos() >= failure.notBeforeNanos())
                .orElse(true);
    }

    private void collect(List<String> digests) throws InterruptedException {
        Set<String> here = images.digests();
        idleSinceNanos.keySet().retainAll(here);
        for (String digest : here) {
            if (digests.contains(digest) || needed(digest)) {
                idleSinceNanos.remove(digest);
            } else if (idleForLong(digest)) {
                images.remove(digest, () -> needed(digest));
                // Should it come again before the next round, it begins anew.
                idleSinceNanos.remove(digest);
            }
        }
    }

    private boolean idleForLong(String digest) {
        long now = clock.monotonicNanos();
        idleSinceNanos.putIfAbsent(digest, now);
        return now - idleSinceNanos.getOrDefault(digest, now) >= graceNanos;
    }

    private boolean needed(String digest) {
        return inUse.get().map(used -> used.contains(digest)).orElse(true);
    }
}
