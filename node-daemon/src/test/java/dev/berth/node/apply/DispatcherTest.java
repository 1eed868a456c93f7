package dev.berth.node.apply;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    @Test
    void oneWorkerForAContextAndNoWakeIsLost() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        CountDownLatch first = new CountDownLatch(1);
        Dispatcher dispatcher = new Dispatcher(
                id -> {
                    overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                    first.await();
                    runs.incrementAndGet();
                    inside.decrementAndGet();
                    return true;
                },
                4);

        dispatcher.wake("a");
        dispatcher.wake("a");
        dispatcher.wake("a");
        first.countDown();

        await().until(() -> !dispatcher.busy("a"));
        assertEquals(2, runs.get());
        assertEquals(false, overlapped.get());
        dispatcher.stop();
    }

    @Test
    void differentContextsDoNotWaitForEachOther() throws InterruptedException {
        Set<String> here = ConcurrentHashMap.newKeySet();
        CountDownLatch both = new CountDownLatch(2);
        Dispatcher dispatcher = new Dispatcher(
                id -> {
                    here.add(id);
                    both.countDown();
                    both.await();
                    return true;
                },
                4);

        dispatcher.wake("a");
        dispatcher.wake("b");

        await().until(() -> !dispatcher.busy("a") && !dispatcher.busy("b"));
        assertEquals(Set.of("a", "b"), here);
        dispatcher.stop();
    }

    @Test
    void failureIsTriedAgain() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        Dispatcher dispatcher = new Dispatcher(id -> runs.incrementAndGet() >= 2, 1);

        dispatcher.wake("a");

        await().until(() -> runs.get() == 2);
        assertTrue(dispatcher.failures() >= 1);
        dispatcher.stop();
    }

    @Test
    void faultOfTheWorkDoesNotEndTheWorker() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        Dispatcher dispatcher = new Dispatcher(
                id -> {
                    if (runs.incrementAndGet() == 1) {
                        throw new IllegalStateException("a fault");
                    }
                    return true;
                },
                1);

        dispatcher.wake("a");

        await().until(() -> runs.get() == 2);
        dispatcher.stop();
    }
}
