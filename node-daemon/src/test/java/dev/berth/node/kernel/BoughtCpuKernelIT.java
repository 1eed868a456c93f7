package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.cpu.Balance;
import dev.berth.node.cpu.Balances;
import dev.berth.node.cpu.Drawn;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.host.ContextLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A busy context with an empty bank gets from the kernel what it has bought and may have as surplus, and then its baseline. */
class BoughtCpuKernelIT {
    private static final long BANK_MICROS = 1_000_000;
    private static final long CREDIT_MICROS = 2_000_000;
    private static final long SURPLUS_MICROS = 3_000_000;
    private static final Map<String, Balance> SAVED = new ConcurrentHashMap<>();
    private static KernelFixture fixture;
    private static Governor governor;
    private static ScheduledExecutorService beat;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        governor = new Governor(fixture.host(), new Balances() {
            @Override
            public Optional<Balance> load(String contextId) {
                return Optional.ofNullable(SAVED.get(contextId));
            }

            @Override
            public void save(String contextId, Balance balance) {
                SAVED.put(contextId, balance);
            }
        });
        beat = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("governor").factory());
        Future<?> _ = beat.scheduleAtFixedRate(
                () -> {
                    governor.share(now());
                    governor.contexts().forEach(id -> governor.tick(id, now()));
                },
                Governor.FAST_MILLIS,
                Governor.FAST_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @AfterAll
    static void close() {
        beat.shutdownNow();
        fixture.close();
    }

    @Test
    void creditAndSurplusAreGivenAndNoMore() throws IOException {
        Limits limits = limits();
        ContextLayout layout = fixture.started(limits);
        String id = layout.contextId();
        long before = used(id);
        long start = System.nanoTime();
        governor.attach(id, limits, now());
        fixture.shell(layout, "for i in 1 2; do (while :; do :; done) >/dev/null 2>&1 & done");

        await().atMost(Duration.ofSeconds(90))
                .until(() -> governor.balance(id, now()).orElseThrow().held());
        Drawn drawn = governor.drawn(id, now());
        long used = used(id) - before;
        long baseline = (System.nanoTime() - start) / 1_000 / 4;

        assertEquals(CREDIT_MICROS, drawn.creditMicros());
        assertTrue(drawn.surplusMicros() <= SURPLUS_MICROS, drawn::toString);
        near(SURPLUS_MICROS, drawn.surplusMicros(), 1_000);
        // The kernel's own counter: the bank, the baseline and what was drawn, but for the last look and a debt of it.
        near(BANK_MICROS + baseline + drawn.creditMicros() + drawn.surplusMicros(), used, 150_000);

        long heldFrom = used(id);
        long heldSince = System.nanoTime();
        await().pollDelay(Duration.ofSeconds(10)).atMost(Duration.ofSeconds(30)).until(() -> true);
        long perMille = (used(id) - heldFrom) * 1_000 / ((System.nanoTime() - heldSince) / 1_000);

        near(250, perMille, 8);
        assertEquals(drawn, governor.drawn(id, now()));
    }

    private static Limits limits() {
        Cpu cpu = new Cpu(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(CREDIT_MICROS),
                Optional.of(SURPLUS_MICROS));
        return new Limits(
                250,
                1_500,
                BANK_MICROS / 1_000,
                512L << 20,
                256,
                256L << 20,
                Optional.empty(),
                Optional.of(cpu),
                Optional.empty(),
                Optional.empty());
    }

    private static long used(String contextId) {
        return fixture.host().cpuUsageMicros(contextId).orElseThrow();
    }

    private static Moment now() {
        return new Moment(System.currentTimeMillis(), System.nanoTime());
    }

    private static void near(long expected, long actual, long slack) {
        assertTrue(Math.abs(actual - expected) <= slack, () -> "%d is not near %d".formatted(actual, expected));
    }
}
