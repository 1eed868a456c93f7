package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.contract.Observed.OomKill;
import dev.berth.contract.Observed.Pressure;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a context runs into is counted and named; finer limits of memory and I/O hold. */
class PressureKernelIT {
    private static KernelFixture fixture;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void whoIsKilledForWantOfMemoryIsNamed() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(96, 256, 256));
        // the kernel may end something else, too, that asks for memory in the same moment, process 1 not excepted
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            fixture.host().ensureStarted(layout);
            fixture.shell(layout, "head -c 1G /dev/zero | tail | wc -c");
            assertEquals(Optional.of("tail"), pressure(layout).lastOomKill().map(OomKill::process));
        });
        assertTrue(pressure(layout).oomKills() >= 1);
    }

    @Test
    void refusedProcessesAreCounted() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(256, 60, 256));
        fixture.shell(layout, "(for i in $(seq 100); do sleep 100 & done) >/dev/null 2>&1 &");
        await().atMost(Duration.ofSeconds(20)).until(() -> pressure(layout).processesRefused() > 0);
    }

    @Test
    void writesAreAsFastAsTheLimitSays() throws IOException {
        ContextLayout free = fixture.layout(limits(Optional.empty()));
        InputOutput slow = new InputOutput(
                Optional.empty(), Optional.of(4L << 20), Optional.empty(), Optional.empty(), Optional.of(50L));
        ContextLayout limited = new ContextLayout(
                Specs.spec(
                        free.contextId(),
                        free.spec().hostname(),
                        free.spec().imageDigest(),
                        free.spec().addresses(),
                        limits(Optional.of(slow))),
                free.baseId());
        KernelFixture.steps(fixture.host(), limited).forEach(Runnable::run);

        long slowNanos = write(limited);
        fixture.host().ensureCgroup(free);
        long freeNanos = write(free);

        // 16 MiB at 4 MiB/s; the kernel lets the first slice through at once
        assertTrue(slowNanos > 2_500_000_000L, () -> "limited: " + slowNanos);
        assertTrue(freeNanos < slowNanos / 2, () -> "no longer limited: " + freeNanos);
    }

    private static Limits limits(Optional<InputOutput> io) {
        Limits plain = Specs.limits(256, 128, 256);
        return new Limits(
                plain.cpuBaselineMilli(),
                plain.cpuCeilingMilli(),
                plain.cpuBankMillis(),
                plain.memoryBytes(),
                plain.processes(),
                plain.diskBytes(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Memory(Optional.of(240L << 20), Optional.of(0L))),
                io);
    }

    private static long write(ContextLayout layout) throws IOException {
        long start = System.nanoTime();
        ExecResult result =
                fixture.shell(layout, "dd if=/dev/zero of=/root/data bs=1M count=16 oflag=direct && rm /root/data");
        assertEquals(0, result.exitCode(), result.output());
        return System.nanoTime() - start;
    }

    private static Pressure pressure(ContextLayout layout) {
        return fixture.host().pressure(layout.contextId()).orElseThrow();
    }
}
