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
        governor.attach(id, limits, now());
        Balance first = governor.balance(id, now()).orElseThrow();
        long start = System.nanoTime();
        fixture.shell(layout, "for i in 1 2; do (while :; do :; done) >/dev/null 2>&1 & done");
        long idle = (System.nanoTime() - start) / 1_000;

        await().atMost(Duration.ofSeconds(90))
                .until(() -> governor.balance(id, now()).orElseThrow().held());
        Drawn drawn = governor.drawn(id, now());
        Balance last = governor.balance(id, now()).orElseThrow();

        assertEquals(CREDIT_MICROS, drawn.creditMicros());
        assertTrue(drawn.surplusMicros() <= SURPLUS_MICROS, drawn::toString);
        near(SURPLUS_MICROS, drawn.surplusMicros(), 1_000);
        // What the kernel counted is the bank, the baseline and what was drawn; a full bank took nothing in until the
        // loops ran.
        long lost = given(first, last, drawn) - (last.usageMicros() - first.usageMicros());
        assertTrue(lost >= -1_000 && lost <= idle / 4 + 100_000, () -> lost + " of " + idle);

        long heldFrom = used(id);
        long heldSince = System.nanoTime();
        await().pollDelay(Duration.ofSeconds(10)).atMost(Duration.ofSeconds(30)).until(() -> true);
        long perMille = (used(id) - heldFrom) * 1_000 / ((System.nanoTime() - heldSince) / 1_000);

        near(250, perMille, 8);
        assertEquals(drawn, governor.drawn(id, now()));
    }

    /** @return in microseconds of CPU time: a quarter of the time between, what was drawn, and what the bank gave */
    private static long given(Balance first, Balance last, Drawn drawn) {
        long filled = (last.monotonicNanos() - first.monotonicNanos()) / 4_000;
        long banked = (first.balanceNanos() - last.balanceNanos()) / 1_000;
        return filled + banked + drawn.creditMicros() + drawn.surplusMicros();
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
