package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.cpu.Balance;
import dev.berth.node.cpu.Balances;
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

/** The daemon's governor over real contexts: what the model says is what the kernel does. */
class GovernorKernelIT {
    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final Map<String, Balance> SAVED = new ConcurrentHashMap<>();
    private static KernelFixture fixture;
    private static Governor governor;
    private static ScheduledExecutorService beat;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        governor = governor();
        beat = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("governor").factory());
        Future<?> _ = beat.scheduleAtFixedRate(
                GovernorKernelIT::govern, Governor.FAST_MILLIS, Governor.FAST_MILLIS, TimeUnit.MILLISECONDS);
    }

    @AfterAll
    static void close() {
        beat.shutdownNow();
        fixture.close();
    }

    @Test
    void emptyBankLeavesTheBaselineWithinTwoPercent() throws IOException {
        ContextLayout layout = governed(new Limits(250, 2_000, 4_000, 512L << 20, 256, 256L << 20, Optional.empty()));
        fixture.shell(layout, "for i in 1 2; do (while :; do :; done) >/dev/null 2>&1 & done");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> governor.tokens(layout.contextId()).orElseThrow() <= 0);

        long perMille = measured(layout, WINDOW);

        assertTrue(perMille >= 245 && perMille <= 255, () -> "got %d of 1000 for 250".formatted(perMille));
    }

    @Test
    void aBankIsABurstOfItsLength() throws IOException {
        ContextLayout layout = governed(new Limits(200, 1_000, 1_000, 512L << 20, 256, 256L << 20, Optional.empty()));
        fixture.shell(layout, "(while :; do :; done) >/dev/null 2>&1 &");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> governor.tokens(layout.contextId()).orElseThrow() <= 0);
        Limits larger = new Limits(200, 1_000, 8_000, 512L << 20, 256, 256L << 20, Optional.empty());
        String id = layout.contextId();
        governor.detach(id);
        SAVED.put(id, new Balance(8_000_000_000L, false, used(id), boot(), now().monotonicNanos(), now().utcMillis()));

        governor.attach(id, larger, now());
        long perMille = measured(layout, WINDOW);

        // 8000 tokens of the bank and 200 a second of the baseline, over 20 seconds
        assertTrue(perMille >= 588 && perMille <= 612, () -> "got %d of 1000 for 600".formatted(perMille));
    }

    private static ContextLayout governed(Limits limits) {
        ContextLayout layout = fixture.started(limits);
        governor.attach(layout.contextId(), limits, now());
        return layout;
    }

    private static long measured(ContextLayout layout, Duration window) {
        String id = layout.contextId();
        long before = used(id);
        long start = System.nanoTime();
        await().pollDelay(window).atMost(window.multipliedBy(3)).until(() -> true);
        long elapsedMicros = (System.nanoTime() - start) / 1_000;
        return (used(id) - before) * 1_000 / elapsedMicros;
    }

    private static long used(String contextId) {
        return fixture.host().cpuUsageMicros(contextId).orElseThrow();
    }

    private static String boot() {
        return fixture.host().facts().bootId();
    }

    private static void govern() {
        governor.share(now());
        governor.contexts().forEach(id -> governor.tick(id, now()));
    }

    private static Governor governor() {
        return new Governor(fixture.host(), new Balances() {
            @Override
            public Optional<Balance> load(String contextId) {
                return Optional.ofNullable(SAVED.get(contextId));
            }

            @Override
            public void save(String contextId, Balance balance) {
                SAVED.put(contextId, balance);
            }
        });
    }

    private static Moment now() {
        return new Moment(System.currentTimeMillis(), System.nanoTime());
    }
}
