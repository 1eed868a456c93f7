package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.StorageSpec;
import dev.berth.node.host.StoredLayer;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.KilledError;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the daemon before and after every change of the host, in each kind of work, and lets another one go on. */
class KillBetweenStepsTest {
    private static final int MORE_THAN_ALL_POINTS = 60;
    private static final String SNAPSHOT = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fa1";

    @TempDir
    Path directory;

    @Test
    void creating() throws IOException {
        everywhere(List.of(), node -> node.want(TestNode.spec(1, DesiredState.RUNNING)), State.RUNNING);
    }

    @Test
    void restarting() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(TestNode.CONTEXT, 2, DesiredState.RUNNING, 1)),
                State.RUNNING);
    }

    @Test
    void stopping() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(2, DesiredState.STOPPED)),
                State.STOPPED);
    }

    @Test
    void deleting() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(2, DesiredState.DELETED)),
                State.GONE);
    }

    @Test
    void takingASnapshot() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty())),
                State.RUNNING);
    }

    @Test
    void restoring() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty()))),
                node -> node.want(stored(3, DesiredState.RUNNING, 1, Optional.of(SNAPSHOT))),
                State.RUNNING);
    }

    @Test
    void reinstallingAStoppedOne() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.STOPPED))),
                node -> node.want(stored(2, DesiredState.STOPPED, 1, Optional.empty())),
                State.STOPPED);
    }

    @Test
    void deletingWithSnapshots() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty()))),
                node -> node.want(TestNode.spec(3, DesiredState.DELETED)),
                State.GONE);
    }

    private static ContextSpec stored(long generation, DesiredState state, long layer, Optional<String> from) {
        return TestNode.spec(generation, state)
                .withStorage(new StorageSpec(List.of(SNAPSHOT), layer, from, Optional.empty()));
    }

    /** Something asked of a node. */
    private interface Wish {
        void of(TestNode node);
    }

    private void everywhere(List<Wish> before, Wish wish, State end) throws IOException {
        int kills = 0;
        for (int point = 1; point < MORE_THAN_ALL_POINTS; point++) {
            Path here = Files.createDirectory(directory.resolve("point" + point));
            FakeClock clock = new FakeClock();
            boolean killed = killedAt(point, here, clock, before, wish);
            survives(here, clock, end);
            kills += killed ? 1 : 0;
            if (!killed) {
                break;
            }
        }
        assertTrue(kills >= 3, "killed only %d times".formatted(kills));
    }

    private static boolean killedAt(int point, Path here, FakeClock clock, List<Wish> before, Wish wish) {
        try (TestNode node = new TestNode(here, clock)) {
            for (Wish earlier : before) {
                earlier.of(node);
                assertTrue(node.reconcile());
                clock.pass(90_000);
                node.meters.tick();
            }
            wish.of(node);
            AtomicInteger seen = new AtomicInteger();
            node.host.trouble(what -> {
                if (seen.incrementAndGet() >= point) {
                    throw new KilledError();
                }
            });
            Optional<KilledError> kill = attempt(node);
            return kill.isPresent();
        }
    }

    private static Optional<KilledError> attempt(TestNode node) {
        try {
            node.reconcile();
            return Optional.empty();
        } catch (KilledError e) {
            return Optional.of(e);
        }
    }

    private static void survives(Path here, FakeClock clock, State end) {
        clock.pass(3_000);
        try (TestNode node = new TestNode(here, clock)) {
            assertTrue(node.reconcile());

            assertEquals(end, node.status().state());
            assertStorage(node, end);
            assertTrue(node.status().failure().isEmpty());
            assertEquals(
                    end == State.RUNNING, node.host.inspect(TestNode.CONTEXT).running());
            assertEquals(end == State.GONE, node.host.inspect(TestNode.CONTEXT).nothingLeft());
            assertEquals(
                    end == State.GONE,
                    node.contexts.find(TestNode.CONTEXT).orElseThrow().baseId().isEmpty());
            assertTrue(node.journal.check().broken().isEmpty());
            assertTrue(alternates(node.records()), () -> "journal: " + node.kinds());
            assertTrue(neverBack(node.records()));
        }
    }

    private static void assertStorage(TestNode node, State end) {
        Optional<StorageSpec> wanted =
                node.contexts.find(TestNode.CONTEXT).orElseThrow().spec().storage();
        wanted.filter(_ -> end != State.GONE).ifPresent(storage -> {
            StoredLayer layer = node.host.inspect(TestNode.CONTEXT).layer().orElseThrow();
            assertEquals(storage.snapshots(), layer.snapshots());
            assertEquals(storage.layer(), layer.number());
            assertEquals(storage.layer(), node.status().storage().orElseThrow().layer());
        });
    }

    /** OPEN and CLOSE take turns; what was deleted ends with a CLOSE. */
    private static boolean alternates(List<Entry> records) {
        boolean open = false;
        for (Kind kind : records.stream().map(entry -> entry.reading().kind()).toList()) {
            if ((kind == Kind.OPEN && open) || (kind == Kind.CLOSE && !open)) {
                return false;
            }
            open = kind == Kind.OPEN || (open && kind != Kind.CLOSE);
        }
        return true;
    }

    private static boolean neverBack(List<Entry> records) {
        List<Long> cpu = new ArrayList<>();
        List<Long> uptime = new ArrayList<>();
        for (Entry entry : records) {
            cpu.add(entry.reading().counters().cpuUsec());
            uptime.add(entry.reading().counters().uptimeSeconds());
        }
        return cpu.stream().sorted().toList().equals(cpu)
                && uptime.stream().sorted().toList().equals(uptime);
    }

    @Test
    void killIsNoFailure() {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.host.trouble(what -> {
                throw new KilledError();
            });
            assertThrows(KilledError.class, node::reconcile);
            assertTrue(
                    node.contexts.find(TestNode.CONTEXT).orElseThrow().failure().isEmpty());
        }
    }
}
