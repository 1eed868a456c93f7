package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.NetworkSpec.Window;
import dev.berth.contract.Observed.Volume;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import dev.berth.node.testing.TroubledHost;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On simulated contexts, which invent traffic as time passes. */
class VolumeWatchTest {
    private static final long FLOOR = 64_000;
    private static final long HOUR = 3_600_000;

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();
    private final List<Optional<Rates>> links = new CopyOnWriteArrayList<>();

    private TestNode node() {
        return new TestNode(directory, clock, new TroubledHost(TestNode.simulated(directory, clock)) {
            @Override
            public void ensureNetwork(ContextLayout layout) {
                links.add(layout.spec().network().flatMap(NetworkSpec::rates));
                super.ensureNetwork(layout);
            }
        });
    }

    private static ContextSpec capped(long generation, long bytes) {
        return TestNode.spec(generation, DesiredState.RUNNING)
                .withNetwork(new NetworkSpec(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new VolumeCap(Window.DAY, bytes, FLOOR))));
    }

    /** What the daemon's beats do. */
    private static List<String> beat(TestNode node) {
        node.meters.tick();
        List<String> changed = node.volumes.look();
        changed.forEach(node.reconciler::networkDamaged);
        changed.forEach(id -> assertTrue(node.reconcile(id)));
        return changed;
    }

    private static Optional<Rates> slow() {
        return Optional.of(new Rates(Optional.empty(), Optional.of(FLOOR), Optional.empty(), Optional.of(FLOOR)));
    }

    @Test
    void whoReachesTheCapIsSlowedDownUntilTheDayEnds() {
        try (TestNode node = node()) {
            node.want(capped(1, 1));
            assertTrue(node.reconcile());
            beat(node);
            assertEquals(Optional.empty(), links.getLast());
            clock.pass(HOUR);

            assertEquals(List.of(TestNode.CONTEXT), beat(node));
            assertEquals(slow(), links.getLast());
            Volume volume = node.volumes.volume(TestNode.CONTEXT).orElseThrow();
            assertTrue(volume.slowed() && volume.bytes() > 0);
            assertEquals(List.of(), beat(node), "once is enough");

            clock.pass(24 * HOUR);
            assertEquals(List.of(TestNode.CONTEXT), beat(node));
            assertEquals(Optional.empty(), links.getLast());
        }
    }

    @Test
    void anotherDaemonGoesOnWhereTheFirstOneWas() {
        try (TestNode node = node()) {
            node.want(capped(1, 1));
            assertTrue(node.reconcile());
            beat(node);
            clock.pass(HOUR);
            node.meters.tick();
            // killed after it has noted that the cap is reached, and before the link knows
            assertEquals(List.of(TestNode.CONTEXT), node.volumes.look());
            assertEquals(Optional.empty(), links.getLast());
        }
        try (TestNode node = node()) {
            assertTrue(node.reconcile());
            assertEquals(List.of(TestNode.CONTEXT), beat(node));
            assertEquals(slow(), links.getLast());
        }
    }

    @Test
    void windowsAreUtcsCalendar() {
        assertEquals(seconds("2024-02-29T00:00:00Z"), start(Window.DAY, "2024-02-29T23:59:59.999Z"));
        assertEquals(seconds("2024-02-01T00:00:00Z"), start(Window.MONTH, "2024-02-29T23:59:59.999Z"));
        assertEquals(seconds("2024-03-01T00:00:00Z"), start(Window.MONTH, "2024-03-01T00:00:00Z"));
    }

    private static long start(Window window, String now) {
        return VolumeWatch.start(window, Instant.parse(now).toEpochMilli());
    }

    private static long seconds(String time) {
        return Instant.parse(time).getEpochSecond();
    }

    @Test
    void aCapThatIsTakenAwayLetsGo() {
        try (TestNode node = node()) {
            node.want(capped(1, 1));
            assertTrue(node.reconcile());
            beat(node);
            clock.pass(HOUR);
            beat(node);
            assertEquals(slow(), links.getLast());

            node.want(TestNode.spec(2, DesiredState.RUNNING));
            assertTrue(node.reconcile());
            assertEquals(Optional.empty(), links.getLast());
            assertFalse(node.volumes.volume(TestNode.CONTEXT).isPresent());
        }
    }
}
