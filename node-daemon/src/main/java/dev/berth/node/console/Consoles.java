package dev.berth.node.console;

import dev.berth.node.host.Console;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Opens terminals, so many for each context and so many for the node; one that nobody uses is hung up. */
public final class Consoles {
    /** At once, in one context. */
    public static final int MAX_PER_CONTEXT = 4;

    /** At once, on this node. */
    public static final int MAX_PER_NODE = 64;

    private static final Duration IDLE = Duration.ofMinutes(15);

    /** A shell that has shown nothing after so long is not waited for any longer. */
    private static final Duration FIRST_OUTPUT = Duration.ofSeconds(3);

    private final Host host;
    private final Clock clock;
    private final Map<String, Integer> open = new HashMap<>();

    public Consoles(Host host, Clock clock) {
        this.host = host;
        this.clock = clock;
    }

    public Console open(String contextId, Console.Size size) throws IOException {
        take(contextId);
        try {
            return new Counted(contextId, host.console(contextId, size));
        } catch (IOException | RuntimeException e) {
            release(contextId);
            throw e;
        }
    }

    private synchronized void take(String contextId) {
        int here = open.getOrDefault(contextId, 0);
        int all = open.values().stream().mapToInt(Integer::intValue).sum();
        if (here >= MAX_PER_CONTEXT || all >= MAX_PER_NODE) {
            throw new HostException("too many consoles are open: close one first");
        }
        open.put(contextId, here + 1);
    }

    private synchronized void release(String contextId) {
        open.computeIfPresent(contextId, (id, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    }

    /** Gives its place back once, and ends when it was idle too long. */
    private final class Counted implements Console {
        private final String contextId;
        private final Console console;
        private final AtomicLong usedNanos = new AtomicLong(clock.monotonicNanos());
        private final CountDownLatch shown = new CountDownLatch(1);
        private boolean released;

        Counted(String contextId, Console console) {
            this.contextId = contextId;
            this.console = console;
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            int got = console.read(buffer);
            if (got > 0) {
                usedNanos.set(clock.monotonicNanos());
            }
            if (got != 0) {
                shown.countDown();
            }
            return got == 0 && clock.monotonicNanos() - usedNanos.get() > IDLE.toNanos() ? -1 : got;
        }

        /** Waits for the shell's first output: what is typed before is lost, where the terminal is set up with {@code TCSAFLUSH} (termios(3)). */
        @Override
        public void write(byte[] bytes) throws IOException {
            awaitFirstOutput();
            usedNanos.set(clock.monotonicNanos());
            console.write(bytes);
        }

        private void awaitFirstOutput() throws IOException {
            try {
                if (!shown.await(FIRST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    shown.countDown();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void resize(Size size) {
            console.resize(size);
        }

        @Override
        public void close() {
            console.close();
            synchronized (this) {
                if (released) {
                    return;
                }
                released = true;
            }
            release(contextId);
        }
    }
}
