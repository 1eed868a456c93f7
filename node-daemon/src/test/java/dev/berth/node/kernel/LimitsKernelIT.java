package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.CpuRate;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kernel holds contexts to their plans, and nobody else notices. */
class LimitsKernelIT {
    private static final long CPU_WINDOW_SECONDS = 20;
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
    void memory() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(128, 256, 256));
        // While it boots, something of its own might be the larger victim.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> KernelFixture.sshBanner(layout.spec().addresses().getFirst())
                        .isPresent());
        // tail keeps the unended line in memory: without a limit it would take a gigabyte.
        ExecResult result = fixture.shell(layout, "head -c 1G /dev/zero | tail | wc -c");
        assertNotEquals("1073741824\n", result.output());
        assertTrue(memory(layout) <= 128L << 20, "within the limit: " + memory(layout));
        // An emulated kernel needs seconds to take a killed process's memory back, and may kill another one meanwhile.
        boolean running = fixture.host().inspect(layout.contextId()).running();
        assertTrue(running || Boolean.getBoolean("berth.test.emulated"), "the context itself goes on");
    }

    private static long memory(ContextLayout layout) {
        return fixture.host().counters(layout.contextId()).orElseThrow().memoryBytes();
    }

    @Test
    void aForkBombStaysInside() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(512, 100, 256));
        // A shell gives up when it cannot fork. This goes on for ever, and so does each of its children.
        fixture.shell(layout, "perl -e 'fork while 1' >/dev/null 2>&1 &");
        String id = layout.contextId();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> fixture.host().counters(id).orElseThrow().processes() >= 90);
        Programs programs = new Programs();
        for (int i = 0; i < 50; i++) {
            programs.check(Programs.Command.of("true"));
        }
        assertTrue(fixture.host().counters(id).orElseThrow().processes() <= 100);
        fixture.host().ensureStopped(id, Duration.ofSeconds(2));
        assertEquals(0, fixture.host().counters(id).orElseThrow().processes());
    }

    @Test
    void aBusyContextGetsItsQuotaAndNoMore() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(512, 256, 256));
        String id = layout.contextId();
        fixture.shell(layout, "for i in 1 2; do (while :; do :; done) >/dev/null 2>&1 & done");
        fixture.host().setCpu(id, new CpuRate(250_000, 100, 250));
        long usedBefore = fixture.host().cpuUsageMicros(id).orElseThrow();
        long start = System.nanoTime();
        await().pollDelay(Duration.ofSeconds(CPU_WINDOW_SECONDS))
                .atMost(Duration.ofSeconds(CPU_WINDOW_SECONDS * 3))
                .until(() -> true);
        long used = fixture.host().cpuUsageMicros(id).orElseThrow() - usedBefore;
        long elapsed = (System.nanoTime() - start) / 1000;
        long perMille = used * 1000 / elapsed;
        // 2 % of the quota, and one period's slices of two CPUs at the window's two ends.
        // An emulated processor's clock goes on while it waits for a real one.
        boolean emulated = Boolean.getBoolean("berth.test.emulated");
        long most = emulated ? 300 : 256;
        long least = emulated ? 100 : 200;
        assertTrue(perMille <= most, "used %d of 1000 where 250 are allowed".formatted(perMille));
        assertTrue(perMille >= least, "used %d of 1000 where 250 are given".formatted(perMille));
        assertTrue(fixture.host().counters(id).orElseThrow().cpuThrottledUsec() > 0);
    }

    @Test
    void theGovernorsQuotaSurvivesARepeatedEnsure() {
        ContextLayout layout = fixture.started(Specs.limits(256, 128, 128));
        fixture.host().setCpu(layout.contextId(), new CpuRate(100_000, 100, 100));
        fixture.host().ensureCgroup(layout);
        assertEquals("10000", quota(layout));
    }

    private static String quota(ContextLayout layout) {
        String group = fixture.config().cgroupRoot() + "/" + layout.contextId();
        Hierarchies found = Hierarchies.parse(Mounts.text());
        return found.controller("cpu")
                .map(mount -> Directories.read(mount.resolve(group).resolve("cpu.cfs_quota_us")))
                .orElseGet(() -> Directories.read(
                                found.all().getFirst().resolve(group).resolve("cpu.max"))
                        .split(" ", -1)[0])
                .strip();
    }
}
