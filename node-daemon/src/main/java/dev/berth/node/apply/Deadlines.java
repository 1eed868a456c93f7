package dev.berth.node.apply;

import dev.berth.node.host.HostException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Interrupts work that takes too long. The work keeps its thread and its lock until it has really ended. */
final class Deadlines implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("deadlines").factory());

    void within(long seconds, String what, StepLog.Work work) throws InterruptedException {
        Thread worker = Thread.currentThread();
        AtomicBoolean over = new AtomicBoolean();
        ScheduledFuture<?> alarm = timer.schedule(
                () -> {
                    over.set(true);
                    worker.interrupt();
                },
                seconds,
                TimeUnit.SECONDS);
        try {
            work.run();
        } catch (InterruptedException | HostException e) {
            if (over.get()) {
                throw new HostException("%s took longer than %d s".formatted(what, seconds), e);
            }
            throw e;
        } finally {
            alarm.cancel(false);
            if (over.get()) {
                // The alarm's interrupt must not reach what this thread does next.
                Thread.interrupted();
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
