package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostTotals;
import dev.berth.node.host.KernelCounters;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is counted of all contexts together is what is counted of each, and stays when they are gone. */
class ConservationKernelIT {
    /** Of what is counted between two looks that are not at the same moment. */
    private static final long SLACK_PERCENT = 5;

    private static final long SLACK_BYTES = 1 << 20;

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
    void theSumOfContextsIsWhatTheHostCounts() throws IOException {
        LinuxHost host = fixture.host();
        HostTotals before = host.totals().orElseThrow();
        ContextLayout layout = fixture.started(Specs.limits(512, 256, 256));
        String address = layout.spec().addresses().getFirst();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> KernelFixture.sshBanner(address).isPresent());
        assertEquals(
                0,
                fixture.shell(layout, "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
                        .exitCode());

        KernelCounters own = host.counters(layout.contextId()).orElseThrow();
        HostTotals all = host.totals().orElseThrow();

        near("CPU", own.cpuUsec(), all.cpuUsec() - before.cpuUsec());
        near("sent", own.netTxBytes(), all.netTxBytes() - before.netTxBytes());
        near("received", own.netRxBytes(), all.netRxBytes() - before.netRxBytes());

        KernelFixture.remove(host, layout.contextId());

        HostTotals afterwards = host.totals().orElseThrow();
        assertTrue(afterwards.cpuUsec() >= all.cpuUsec(), "CPU time of what is gone is gone, too");
        assertTrue(afterwards.netTxBytes() >= all.netTxBytes());
    }

    /** Never less in all than in one, and hardly more: nothing else ran meanwhile. */
    private static void near(String what, long own, long all) {
        assertTrue(own > 0, what + ": nothing was used");
        assertTrue(all >= own, "%s: %d in all, %d of one".formatted(what, all, own));
        assertTrue(
                all <= own + own * SLACK_PERCENT / 100 + SLACK_BYTES,
                "%s: %d in all, %d of one".formatted(what, all, own));
    }
}
