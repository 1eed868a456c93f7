package dev.berth.node.agent;

import dev.berth.node.host.HostException;
import dev.berth.node.store.StoreException;
import java.io.IOException;
import org.jboss.logging.Logger;

/** A thread that talks to the portal again and again, and backs off while that does not work. */
final class Loop {
    private static final Logger LOG = Logger.getLogger(Loop.class);

    /** Every so many failures in a row one is logged; the first always is. */
    private static final int LOGGED_EVERY = 20;

    /** One turn. It waits by itself when there is nothing to do. */
    @FunctionalInterface
    interface Turn {
        void run() throws IOException, InterruptedException;
    }

    private final Thread thread;

    Loop(String name, Turn turn) {
        this.thread = Thread.ofPlatform().daemon().name(name).start(() -> run(name, turn));
    }

    private static void run(String name, Turn turn) {
        Backoff backoff = new Backoff();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                turn(name, turn, backoff);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void turn(String name, Turn turn, Backoff backoff) throws InterruptedException {
        try {
            turn.run();
            if (backoff.failures() > 0) {
                LOG.infof("%s works again", name);
            }
            backoff.succeeded();
        } catch (IOException | StoreException | HostException e) {
            if (backoff.failures() % LOGGED_EVERY == 0) {
                LOG.warnf("%s does not work, will try again: %s", name, e);
            }
            backoff.failed();
        } catch (RuntimeException e) {
            // A fault of the daemon must not silence the node for good.
            LOG.errorf(e, "%s met a fault of the daemon", name);
            backoff.failed();
        }
    }

    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(2_000);
    }
}
