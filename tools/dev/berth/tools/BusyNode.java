package dev.berth.tools;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node whose contexts are measured every second or so, and which sends what it measured as badly as a network can: again, out of order, to
 * another replica, and without waiting for the answer. It forgets nothing until the end, where the portal's readings are compared with it.
 */
final class BusyNode implements Runnable {
    private static final int TICK_MILLIS = 1_500;
    private static final int RETRY_MILLIS = 100;
    private static final int MOST_RECORDS = 300;
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration HASTY = Duration.ofMillis(15);
    private static final int ONE_IN = 8;

    private final LoadNode node;
    private final List<String> contexts;
    private final int[] ports;
    private final Random random;
    private final List<LoadNode.Written> journal = new ArrayList<>();
    private final Map<String, long[]> counters = new LinkedHashMap<>();
    private final Map<String, Long> starts = new LinkedHashMap<>();
    private final AtomicLong acked = new AtomicLong();
    private final AtomicBoolean finishing = new AtomicBoolean();
    private final List<String> faults = new ArrayList<>();
    private long lastTick;
    private volatile boolean ended;

    /** What was done to the portal besides sending each batch once. */
    static final class Tricks {
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger unanswered = new AtomicInteger();
        final AtomicInteger repeated = new AtomicInteger();
        final AtomicInteger early = new AtomicInteger();
        final AtomicInteger abandoned = new AtomicInteger();

        @Override
        public String toString() {
            return "%d batches sent, %d unanswered, %d repeated, %d out of order, %d not waited for"
                    .formatted(sent.get(), unanswered.get(), repeated.get(), early.get(), abandoned.get());
        }
    }

    private final Tricks tricks;

    BusyNode(LoadNode node, List<String> contexts, int[] ports, Random random, Tricks tricks) {
        this.node = node;
        this.contexts = List.copyOf(contexts);
        this.ports = ports.clone();
        this.random = random;
        this.tricks = tricks;
    }

    /** Acknowledged so far. */
    long acked() {
        return acked.get();
    }

    List<LoadNode.Written> journal() {
        return journal;
    }

    List<String> faults() {
        return faults;
    }

    boolean ended() {
        return ended;
    }

    /** Every context stops, and what is left is sent. */
    void finish() {
        finishing.set(true);
    }

    @Override
    public void run() {
        try {
            while (!finishing.get() && faults.isEmpty()) {
                tick("SAMPLE");
                send();
            }
            tick("CLOSE");
            while (acked.get() < journal.size() && faults.isEmpty()) {
                send();
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            faults.add(e.toString());
        } finally {
            ended = true;
        }
    }

    /** A reading of each context when it is time for one; now and then one stops and starts anew. */
    private void tick(String kind) throws GeneralSecurityException {
        long now = System.currentTimeMillis();
        if (kind.equals("SAMPLE") && now < lastTick + TICK_MILLIS) {
            return;
        }
        for (String context : contexts) {
            boolean first = !counters.containsKey(context);
            long[] c = counters.computeIfAbsent(context, _ -> new long[11]);
            if (!first) {
                grow(c, now - lastTick);
            }
            boolean restart = !first && kind.equals("SAMPLE") && random.nextInt(60) == 0;
            write(context, restart ? "CLOSE" : first ? "OPEN" : kind, now, c);
            if (restart) {
                starts.merge(context, 1L, Long::sum);
                write(context, "OPEN", now, c);
            }
        }
        lastTick = now;
    }

    private void write(String context, String kind, long now, long[] c) throws GeneralSecurityException {
        long start = starts.computeIfAbsent(context, _ -> 1L);
        journal.add(node.write(new LoadNode.Measured(context, kind, start, now), c.clone()));
    }

    private void grow(long[] c, long millis) {
        c[0] += random.nextLong(millis * 2_000);
        c[2] += millis * 268_435;
        c[3] += millis * 1_048_576;
        c[4] += random.nextLong(2_000_000);
        c[5] += random.nextLong(1_000_000);
        c[8] += millis / 1_000;
        c[9] += millis / 1_000;
    }

    private void send() throws GeneralSecurityException {
        long from = acked.get();
        if (from >= journal.size()) {
            Waits.pause(RETRY_MILLIS);
            return;
        }
        if (from > 0 && random.nextInt(ONE_IN) == 0) {
            // as if the answer had been lost: begins before what was acknowledged
            tricks.repeated.incrementAndGet();
            from -= 1 + random.nextLong(Math.min(from, 50));
        } else if (journal.size() - from > 2 && random.nextInt(ONE_IN) == 0) {
            // the second before the first
            tricks.early.incrementAndGet();
            from += 1 + random.nextLong(journal.size() - from - 1);
        }
        long to = Math.min(journal.size(), from + 1 + random.nextInt(MOST_RECORDS));
        byte[] batch = node.signed(journal.subList((int) from, (int) to));
        boolean hasty = random.nextInt(ONE_IN) == 0;
        tricks.abandoned.addAndGet(hasty ? 1 : 0);
        tricks.sent.incrementAndGet();
        try {
            HttpResponse<String> answer =
                    node.send(ports[random.nextInt(ports.length)], batch, hasty ? HASTY : PATIENT);
            take(answer);
        } catch (IOException e) {
            // dead, dying, or not waited for: that is the point
            tricks.unanswered.incrementAndGet();
            Waits.pause(RETRY_MILLIS);
        }
    }

    /** What was acknowledged once is never taken back. */
    private void take(HttpResponse<String> answer) {
        switch (answer.statusCode()) {
            case 200 -> stands(number(answer, "ackedSeq"), "acknowledged");
            case 409 -> stands(number(answer, "expectedSeq") - 1, "expects what follows");
            case 429, 500, 502, 503, 504 -> {
                tricks.unanswered.incrementAndGet();
                Waits.pause(RETRY_MILLIS);
            }
            default -> faults.add("a batch was answered %d: %s".formatted(answer.statusCode(), answer.body()));
        }
    }

    private static long number(HttpResponse<String> answer, String name) {
        return Long.parseLong(Json.text(Json.object(answer.body()), name).orElse("-1"));
    }

    private void stands(long seq, String how) {
        if (seq < acked.get()) {
            faults.add("the portal %s %d, but %d was acknowledged before".formatted(how, seq, acked.get()));
        }
        if (seq > journal.size()) {
            faults.add("the portal %s %d, but there are %d".formatted(how, seq, journal.size()));
        }
        acked.set(seq);
    }
}
