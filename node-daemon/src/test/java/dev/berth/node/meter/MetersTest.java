package dev.berth.node.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.contract.StorageSpec;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostTotals;
import dev.berth.node.json.Json;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {
    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();

    @Test
    void alignedReadingsAreOfEverything() {
        try (TestNode node = running()) {
            pass(node, 600);
            node.meters.readAll();

            Reading last = last(node);
            assertEquals(Kind.SAMPLE, last.kind());
            assertEquals(600, last.counters().uptimeSeconds());
            assertEquals(600, last.counters().addressSeconds());
            assertEquals(1, last.startNo());
            assertTrue(last.running());
        }
    }

    @Test
    void theHostIsReadAfterItsContexts() {
        try (TestNode node = running()) {
            pass(node, 600);
            node.host.totals = Optional.of(new HostTotals(12_345, 678, 90));
            node.meters.readAll();

            Reading host = last(node);
            assertEquals(Readings.HOST, host.contextId());
            assertEquals(12_345, host.counters().cpuUsec());
            assertEquals(678, host.counters().netTxBytes());
            assertEquals(90, host.counters().netRxBytes());
            assertEquals(0, host.counters().addressSeconds());
            assertEquals(Optional.empty(), node.journal.check().broken());
            Reading before = node.records().get(node.records().size() - 2).reading();
            assertEquals(TestNode.CONTEXT, before.contextId());
            assertEquals(before.bootId(), host.bootId());
        }
    }

    @Test
    void shortAbsenceIsCountedInFull() {
        try (TestNode node = running()) {
            pass(node, 60);
        }
        clock.pass(30_000);
        try (TestNode node = new TestNode(directory, clock)) {
            node.reconcile();
            node.meters.readAll();

            assertEquals(90, last(node).counters().uptimeSeconds());
            assertEquals(90, last(node).counters().addressSeconds());
            assertEquals(List.of("OPEN", "SAMPLE"), node.kinds());
        }
    }

    @Test
    void absenceLongerThanAnIntervalIsAGap() {
        try (TestNode node = running()) {
            pass(node, 60);
        }
        clock.pass(2 * TestNode.INTERVAL_SECONDS * 1_000);
        try (TestNode node = new TestNode(directory, clock)) {
            BigInteger memoryBefore = last(node).counters().memoryByteSeconds();
            node.reconcile();

            assertEquals(List.of("OPEN", "GAP", "SAMPLE"), node.kinds());
            Reading gap = node.records().get(1).reading();
            assertTrue(gap.gapReason().orElse("").contains("away"));
            assertTrue(last(node).counters().uptimeSeconds() >= 7_200, "the same run went on");
            long memoryOfAMinute = 60 * (512L << 20);
            assertTrue(last(node)
                            .counters()
                            .memoryByteSeconds()
                            .subtract(memoryBefore)
                            .compareTo(BigInteger.valueOf(memoryOfAMinute))
                    <= 0);
        }
    }

    @Test
    void runThatEndedWhileAwayIsNotCounted() {
        try (TestNode node = running()) {
            pass(node, 60);
        }
        clock.pass(10_000);
        TestNode.simulated(directory, clock).ensureStopped(TestNode.CONTEXT, Duration.ZERO);
        clock.pass(10_000);
        try (TestNode node = new TestNode(directory, clock)) {
            node.reconcile();

            assertEquals(List.of("OPEN", "CLOSE", "OPEN"), node.kinds());
            assertEquals(60, node.records().get(1).reading().counters().uptimeSeconds());
        }
    }

    @Test
    void runThatBeganWhileAwayIsCountedFromItsStart() {
        try (TestNode node = running()) {
            pass(node, 60);
        }
        SimulatedHost host = TestNode.simulated(directory, clock);
        host.ensureStopped(TestNode.CONTEXT, Duration.ZERO);
        clock.pass(10_000);
        host.ensureStarted(new ContextLayout(TestNode.spec(1, DesiredState.RUNNING), 32 * ContextLayout.ID_RANGE));
        clock.pass(8_000);
        try (TestNode node = new TestNode(directory, clock)) {
            node.reconcile();
            node.meters.readAll();

            assertEquals(68, last(node).counters().uptimeSeconds());
        }
    }

    @Test
    void hostThatRebootedClosesTheOldEpochUnderItsOwnBoot() throws IOException {
        String before;
        try (TestNode node = running()) {
            pass(node, 60);
            before = node.host.facts().bootId();
        }
        reboot();
        clock.pass(20_000);
        try (TestNode node = new TestNode(directory, clock)) {
            node.reconcile();

            Reading close = node.records().get(1).reading();
            Reading open = node.records().get(2).reading();
            assertEquals(List.of("OPEN", "CLOSE", "OPEN"), node.kinds());
            assertEquals(before, close.bootId());
            assertEquals(node.host.facts().bootId(), open.bootId());
            assertEquals(2, open.startNo());
            assertTrue(open.counters().cpuUsec() >= close.counters().cpuUsec());
        }
    }

    @Test
    void snapshotsAreMeasuredWhileTheyAreThere() {
        try (TestNode node = running()) {
            String id = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f77";
            node.want(TestNode.spec(2, DesiredState.RUNNING)
                    .withStorage(new StorageSpec(List.of(id), 0, Optional.empty(), Optional.empty())));
            node.reconcile();
            long bytes = node.host.snapshots(TestNode.CONTEXT).getFirst().bytes();
            pass(node, 60);
            node.want(TestNode.spec(3, DesiredState.RUNNING).withStorage(StorageSpec.NONE));
            node.reconcile();
            pass(node, 60);
            node.meters.readAll();

            assertTrue(bytes > 0);
            assertEquals(
                    Optional.of(BigInteger.valueOf(60 * bytes)),
                    last(node).counters().snapshotByteSeconds());
            assertEquals(
                    Optional.empty(),
                    node.records().getFirst().reading().counters().snapshotByteSeconds());
            assertEquals(Optional.empty(), node.journal.check().broken(), "both forms are one chain");
        }
    }

    @Test
    void deletedContextHasNoMoreReadings() {
        try (TestNode node = running()) {
            pass(node, 60);
            node.want(TestNode.spec(2, DesiredState.DELETED));
            node.reconcile();
            node.meters.readAll();
            node.meters.tick();

            assertEquals(Kind.CLOSE, last(node).kind());
            assertEquals(60, last(node).counters().uptimeSeconds());
        }
    }

    @Test
    void countersNeverGoBackOverAnything() throws IOException {
        for (int i = 0; i < 12; i++) {
            try (TestNode node = new TestNode(directory, clock)) {
                node.want(TestNode.spec(TestNode.CONTEXT, i + 1, DesiredState.RUNNING, i / 3));
                node.reconcile();
                pass(node, 20);
                node.meters.readAll();
            }
            if (i % 4 == 3) {
                reboot();
            }
            clock.pass(700);
        }
        try (TestNode node = new TestNode(directory, clock)) {
            assertTrue(node.journal.check().broken().isEmpty());
            List<Long> cpu = node.records().stream()
                    .map(entry -> entry.reading().counters().cpuUsec())
                    .toList();
            assertEquals(cpu.stream().sorted().toList(), cpu);
        }
    }

    private TestNode running() {
        TestNode node = new TestNode(directory, clock);
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        return node;
    }

    private void pass(TestNode node, int seconds) {
        for (int i = 0; i < seconds; i += 5) {
            clock.pass(5_000);
            node.meters.tick();
        }
    }

    /** A boot takes the running state, mounts and cgroups with it, and gives the host another boot id. */
    private void reboot() throws IOException {
        Path file = directory.resolve("simulated.json");
        ObjectNode state = Json.read(Files.readString(file), ObjectNode.class);
        state.put("bootId", "00000000-0000-4000-8000-%012d".formatted(clock.utcMillis() % 1_000_000_000_000L));
        state.putArray("contexts");
        Files.write(file, Json.bytes(state));
    }

    private static Reading last(TestNode node) {
        List<Entry> records = node.records();
        return records.getLast().reading();
    }
}
