package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Desired;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings;
import dev.berth.node.cpu.Moment;
import dev.berth.node.store.DesiredStore.Outcome;
import dev.berth.node.testing.DirectoryPortal;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One context that two nodes have: only what carries the highest generation counts, and what nobody asks for is kept, not started. */
class TwoNodesTest {
    private static final String MIGRATION = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fb1";
    private static final Desired.Settings SETTINGS = new Desired.Settings(TestNode.INTERVAL_SECONDS, Optional.empty());

    @TempDir
    Path directory;

    @Test
    void theNodeThatWasToldToStopRefusesTheOlderWish() throws IOException {
        try (TestNode left = node("left");
                TestNode right = node("right")) {
            left.want(TestNode.spec(1, DesiredState.RUNNING));
            assertTrue(left.reconcile());
            left.want(TestNode.spec(2, DesiredState.STOPPED));
            assertTrue(left.reconcile());
            right.want(TestNode.spec(3, DesiredState.RUNNING));
            assertTrue(right.reconcile());

            // A portal that came back from an old backup thinks that it still is where it was.
            Outcome outcome = offer(left, TestNode.spec(1, DesiredState.RUNNING), false);
            assertTrue(left.reconcile());

            assertEquals(List.of(), outcome.changed());
            assertEquals(List.of("generation 1 of %s is below 2".formatted(TestNode.CONTEXT)), outcome.refused());
            assertFalse(left.host.inspect(TestNode.CONTEXT).running());
            assertEquals(2, left.status().generation());
            assertTrue(right.host.inspect(TestNode.CONTEXT).running());
        }
    }

    @Test
    void theSameGenerationWithAnotherContentIsRefused() throws IOException {
        try (TestNode left = node("left")) {
            left.want(TestNode.spec(2, DesiredState.STOPPED));
            assertTrue(left.reconcile());
            assertEquals(
                    List.of("generation 2 of %s came with another content".formatted(TestNode.CONTEXT)),
                    offer(left, TestNode.spec(2, DesiredState.RUNNING), false).refused());
            assertTrue(left.reconcile());
            assertFalse(left.host.inspect(TestNode.CONTEXT).running());
        }
    }

    /** The portal gave it to the other node and speaks of it to this one no more. */
    @Test
    void whatIsNoLongerAskedForIsReportedAndKept() throws IOException {
        try (TestNode left = node("left")) {
            left.want(TestNode.spec(2, DesiredState.STOPPED));
            assertTrue(left.reconcile());
            left.desired.accept(new Desired(left.desired.revision() + 1, true, SETTINGS, List.of()));
            assertTrue(left.reconcile());
            assertEquals(State.QUARANTINED, left.status().state());
            assertFalse(left.host.inspect(TestNode.CONTEXT).running());
            assertTrue(left.host.inspect(TestNode.CONTEXT).storage());

            // Only who outdoes what it has seen may have it again.
            assertEquals(
                    1,
                    offer(left, TestNode.spec(1, DesiredState.DELETED), true)
                            .refused()
                            .size());
            assertTrue(left.reconcile());
            assertTrue(left.host.inspect(TestNode.CONTEXT).storage());
            assertEquals(
                    List.of(TestNode.CONTEXT),
                    offer(left, TestNode.spec(3, DesiredState.RUNNING), true).changed());
            assertTrue(left.reconcile());
            assertEquals(State.RUNNING, left.status().state());
        }
    }

    @Test
    void whatWasUsedAndSavedGoesAlong() throws IOException {
        FakeClock clock = new FakeClock();
        DirectoryPortal portal = new DirectoryPortal(directory.resolve("portal"));
        try (TestNode left = node("left", clock, portal);
                TestNode right = node("right", clock, portal)) {
            left.want(TestNode.spec(1, DesiredState.RUNNING));
            assertTrue(left.reconcile());
            clock.pass(90_000);
            left.meters.tick();
            left.want(moving(2, Role.SOURCE));
            assertTrue(left.reconcile());
            long saved = left.governor.tokens(TestNode.CONTEXT).orElseThrow();
            Readings.Reading last = left.records().getLast().reading();

            // Sealed: neither a look nor a restart of the daemon starts it, and time on the way is nobody's use.
            clock.pass(600_000);
            left.meters.tick();
            left.meters.readAll();
            assertTrue(left.reconcile());
            assertEquals(last, left.records().getLast().reading());
            assertEquals(List.of("OPEN", "CLOSE"), left.kinds());
            assertEquals(2, left.status().generation());
            assertFalse(left.host.inspect(TestNode.CONTEXT).running());

            right.want(moving(3, Role.TARGET));
            assertTrue(right.reconcile());
            assertEquals(List.of("CHECKPOINT", "OPEN"), right.kinds());
            Readings.Reading first = right.records().getFirst().reading();
            assertEquals(90, last.counters().addressSeconds());
            assertEquals(withoutTokens(last.counters()), withoutTokens(first.counters()));
            assertEquals(last.startNo() + 1, right.records().getLast().reading().startNo());
            long filled = right.governor.tokens(TestNode.CONTEXT).orElseThrow();
            assertEquals(Math.min(600_000, saved + 600 * 250), filled);

            clock.pass(30_000);
            right.want(TestNode.spec(4, DesiredState.STOPPED));
            assertTrue(right.reconcile());
            assertEquals(120, right.records().getLast().reading().counters().addressSeconds());
        }
    }

    @Test
    void whatWasDrawnBeyondTheBankGoesAlong() throws IOException {
        FakeClock clock = new FakeClock();
        DirectoryPortal portal = new DirectoryPortal(directory.resolve("portal"));
        try (TestNode left = node("left", clock, portal);
                TestNode right = node("right", clock, portal)) {
            left.want(buying(TestNode.spec(1, DesiredState.RUNNING)));
            assertTrue(left.reconcile());
            clock.pass(90_000);
            left.governor.tick(TestNode.CONTEXT, new Moment(clock.utcMillis(), clock.monotonicNanos()));
            left.want(buying(moving(2, Role.SOURCE)));
            assertTrue(left.reconcile());
            Readings.BoughtCpu drawn =
                    left.records().getLast().reading().counters().boughtCpu().orElseThrow();
            assertEquals(1_000, drawn.creditMicros());
            assertTrue(drawn.surplusMicros() > 0);

            right.want(buying(moving(3, Role.TARGET)));
            assertTrue(right.reconcile());
            Readings.Reading first = right.records().getFirst().reading();
            assertEquals(Optional.of(drawn), first.counters().boughtCpu());

            clock.pass(90_000);
            right.governor.tick(TestNode.CONTEXT, new Moment(clock.utcMillis(), clock.monotonicNanos()));
            right.meters.readAll();
            Readings.BoughtCpu more =
                    right.records().getLast().reading().counters().boughtCpu().orElseThrow();
            assertEquals(1_000, more.creditMicros());
            assertTrue(more.surplusMicros() > drawn.surplusMicros());
        }
    }

    /** Uses more than its baseline in every second, and has a millisecond in its bank. */
    private static ContextSpec buying(ContextSpec spec) {
        Cpu cpu = new Cpu(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(1_000L), Optional.of(3_600_000_000L));
        Limits l = spec.limits();
        return new ContextSpec(
                spec.contextId(),
                spec.generation(),
                spec.desiredState(),
                spec.restarts(),
                spec.hostname(),
                spec.imageDigest(),
                spec.addresses(),
                spec.sshKeys(),
                new Limits(
                        1,
                        l.cpuCeilingMilli(),
                        1,
                        l.memoryBytes(),
                        l.processes(),
                        l.diskBytes(),
                        l.diskInodes(),
                        Optional.of(cpu),
                        l.memory(),
                        l.io()),
                spec.network(),
                spec.life(),
                spec.storage(),
                spec.boot(),
                spec.migration());
    }

    @Test
    void aLayerThatIsNotWhatWasSentIsNeverStarted() throws IOException {
        DirectoryPortal portal = new DirectoryPortal(directory.resolve("portal"));
        try (TestNode right = node("right", new FakeClock(), portal)) {
            portal.prepare(MIGRATION, new byte[] {1}, new Carried(Readings.Counters.ZERO, 0, Optional.empty()));
            portal.leavePiece(MIGRATION, 0, new byte[] {2});
            right.want(moving(3, Role.TARGET));
            assertFalse(right.reconcile());
            assertFalse(right.host.inspect(TestNode.CONTEXT).storage());
            assertEquals(List.of(), right.kinds());
            assertTrue(right.status().failure().isPresent());

            portal.leavePiece(MIGRATION, 0, new byte[] {1});
            assertTrue(right.reconcile());
            assertEquals(State.RUNNING, right.status().state());
        }
    }

    @Test
    void whatCannotBeHandedOverLeavesNoCopyWhenItIsBack() throws IOException {
        // Nothing can be left in a file.
        Path full = Files.writeString(directory.resolve("portal"), "");
        try (TestNode left = node("left", new FakeClock(), new DirectoryPortal(full))) {
            left.want(TestNode.spec(1, DesiredState.RUNNING));
            assertTrue(left.reconcile());
            left.want(moving(2, Role.SOURCE));
            assertFalse(left.reconcile());
            left.want(TestNode.spec(3, DesiredState.RUNNING));
            assertTrue(left.reconcile());
            assertEquals(State.RUNNING, left.status().state());
            assertArrayEquals(
                    new String[0], directory.resolve("left/moves").toFile().list());
        }
    }

    @Test
    void whatWasRefusedLeavesNoCopyWhenItIsGivenUp() throws IOException {
        DirectoryPortal portal = new DirectoryPortal(directory.resolve("portal"));
        try (TestNode right = node("right", new FakeClock(), portal)) {
            portal.prepare(MIGRATION, new byte[] {1}, new Carried(Readings.Counters.ZERO, 0, Optional.empty()));
            portal.leavePiece(MIGRATION, 0, new byte[] {2});
            right.want(moving(3, Role.TARGET));
            assertFalse(right.reconcile());
            right.want(TestNode.spec(4, DesiredState.DELETED));
            assertTrue(right.reconcile());
            assertEquals(State.GONE, right.status().state());
            assertArrayEquals(
                    new String[0], directory.resolve("right/moves").toFile().list());
        }
    }

    private static Readings.Counters withoutTokens(Readings.Counters c) {
        return new Readings.Counters(
                c.cpuUsec(),
                c.cpuThrottledUsec(),
                c.memoryByteSeconds(),
                c.diskByteSeconds(),
                c.netTxBytes(),
                c.netRxBytes(),
                c.ioReadBytes(),
                c.ioWriteBytes(),
                c.addressSeconds(),
                c.uptimeSeconds(),
                0);
    }

    private static ContextSpec moving(long generation, Role role) {
        return TestNode.spec(generation, DesiredState.RUNNING).withMigration(new Migration(MIGRATION, role));
    }

    private TestNode node(String name, FakeClock clock, DirectoryPortal portal) throws IOException {
        Path place = Files.createDirectory(directory.resolve(name));
        return new TestNode(place, clock, TestNode.simulated(place, clock), portal);
    }

    private static Outcome offer(TestNode node, ContextSpec spec, boolean full) {
        return node.desired.accept(new Desired(node.desired.revision() + 1, full, SETTINGS, List.of(spec)));
    }

    private TestNode node(String name) throws IOException {
        return new TestNode(Files.createDirectory(directory.resolve(name)), new FakeClock());
    }
}
