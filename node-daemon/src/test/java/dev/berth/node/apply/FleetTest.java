package dev.berth.node.apply;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Desired;
import dev.berth.contract.Observed.State;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.Stranger;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
    private static final String STRANGER = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fff";

    @TempDir
    Path directory;

    @Test
    void strangersAreReportedAndKept() throws InterruptedException {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            node.host.ensureStorage(new ContextLayout(
                    TestNode.spec(STRANGER, 1, DesiredState.RUNNING, 0), 40 * ContextLayout.ID_RANGE));
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);
            Fleet fleet = fleet(node, dispatcher);

            fleet.start();
            fleet.sweep();

            assertEquals(
                    State.QUARANTINED, node.board.find(STRANGER).orElseThrow().state());
            assertTrue(node.host.inspect(STRANGER).storage());
            dispatcher.stop();
        }
    }

    @Test
    void contextThePortalForgotIsKeptAndReported() throws InterruptedException {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
            node.desired.accept(new Desired(9, true, new Desired.Settings(3_600, Optional.empty()), List.of()));
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);

            fleet(node, dispatcher).sweep();

            await().until(() -> node.status().state() == State.QUARANTINED);
            assertTrue(node.host.inspect(TestNode.CONTEXT).running());
            dispatcher.stop();
            Stranger told = node.status().stranger().orElseThrow();
            assertEquals(1, told.generation());
            assertTrue(told.running());

            node.desired.accept(new Desired(
                    10,
                    false,
                    new Desired.Settings(3_600, Optional.empty()),
                    List.of(TestNode.spec(2, DesiredState.RUNNING))));
            node.reconcile();
            assertEquals(State.RUNNING, node.status().state());
            assertEquals(Optional.empty(), node.status().stranger());
        }
    }

    @Test
    void whatEndedByItselfIsFoundAndStarted() throws InterruptedException {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);
            Fleet fleet = fleet(node, dispatcher);
            fleet.start();
            await().until(() -> !dispatcher.busy(TestNode.CONTEXT));
            node.host.ensureStopped(TestNode.CONTEXT, Duration.ZERO);

            fleet.sweep();

            await().until(() -> node.host.inspect(TestNode.CONTEXT).running());
            await().until(() -> !dispatcher.busy(TestNode.CONTEXT));
            dispatcher.stop();
        }
    }

    @Test
    void imagesOfStoppedAndUnfinishedContextsAreInUseAndWithAStrangerAllMayBe() throws InterruptedException {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);
            Fleet fleet = fleet(node, dispatcher);
            assertEquals(Optional.of(Set.of()), fleet.imagesInUse());

            node.want(TestNode.spec(1, DesiredState.STOPPED));
            assertEquals(Optional.of(Set.of(TestNode.IMAGE)), fleet.imagesInUse());

            String rescue = "sha256:" + "c".repeat(64);
            node.want(TestNode.spec(2, DesiredState.STOPPED).withBoot(new Boot(0, List.of(), Optional.of(rescue))));
            assertEquals(Optional.of(Set.of(TestNode.IMAGE, rescue)), fleet.imagesInUse());

            node.want(TestNode.spec(3, DesiredState.DELETED));
            node.reconcile();
            assertEquals(Optional.of(Set.of()), fleet.imagesInUse());

            node.host.ensureStorage(new ContextLayout(
                    TestNode.spec(STRANGER, 1, DesiredState.RUNNING, 0), 40 * ContextLayout.ID_RANGE));
            assertEquals(Optional.empty(), fleet.imagesInUse());
            dispatcher.stop();
        }
    }

    @Test
    void imagesOfSnapshotsAreInUseUntilTheLastOneOverThemIsGone() throws InterruptedException {
        String other = "sha256:" + "b".repeat(64);
        String snapshot = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fa1";
        FakeClock clock = new FakeClock();
        SimulatedHost host = TestNode.simulated(directory, clock);
        host.addImage(other);
        try (TestNode node = new TestNode(directory, clock, host)) {
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);
            Fleet fleet = fleet(node, dispatcher);
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();

            node.want(over(other, 2, new StorageSpec(List.of(snapshot), 1, Optional.empty(), Optional.of(snapshot))));
            node.reconcile();

            assertEquals(Optional.of(Set.of(TestNode.IMAGE, other)), fleet.imagesInUse());
            assertEquals(
                    List.of("snapshot %s of %s".formatted(snapshot, TestNode.CONTEXT)),
                    fleet.imageUse().users().get(TestNode.IMAGE));

            node.want(over(other, 3, new StorageSpec(List.of(), 1, Optional.empty(), Optional.empty())));
            node.reconcile();
            assertEquals(Optional.of(Set.of(other)), fleet.imagesInUse());
            dispatcher.stop();
        }
    }

    @Test
    void aSnapshotOfWhichNobodyKnowsTheImageKeepsAll() throws InterruptedException {
        String snapshot = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fa1";
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            Dispatcher dispatcher = new Dispatcher(node.reconciler::reconcile, 2);
            node.want(
                    over(TestNode.IMAGE, 1, new StorageSpec(List.of(snapshot), 0, Optional.empty(), Optional.empty())));
            node.reconcile();
            assertEquals(
                    Optional.of(Set.of(TestNode.IMAGE)), fleet(node, dispatcher).imagesInUse());

            node.notes.snapshotRemoved(TestNode.CONTEXT, snapshot);

            assertEquals(Optional.empty(), fleet(node, dispatcher).imagesInUse());
            dispatcher.stop();
        }
    }

    private static ContextSpec over(String image, long generation, StorageSpec storage) {
        ContextSpec plain = TestNode.spec(generation, DesiredState.RUNNING);
        return new ContextSpec(
                        plain.contextId(),
                        plain.generation(),
                        plain.desiredState(),
                        plain.restarts(),
                        plain.hostname(),
                        image,
                        plain.addresses(),
                        plain.sshKeys(),
                        plain.limits())
                .withStorage(storage);
    }

    @Test
    void afterABootTheHighestPriorityIsStartedFirst() throws InterruptedException {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            List<String> ids = List.of(TestNode.CONTEXT, STRANGER, "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9ffe");
            List<Long> priorities = List.of(5L, 0L, 100L);
            for (int i = 0; i < ids.size(); i++) {
                node.want(TestNode.spec(ids.get(i), 1, DesiredState.RUNNING, 0)
                        .withBoot(new Boot(priorities.get(i), List.of())));
            }
            List<String> begun = new CopyOnWriteArrayList<>();
            Dispatcher dispatcher = new Dispatcher(
                    id -> {
                        begun.add(id);
                        return node.reconciler.reconcile(id);
                    },
                    1);

            fleet(node, dispatcher).start();

            await().until(() -> dispatcher.busy() == 0);
            assertEquals(List.of(ids.get(2), ids.get(0), ids.get(1)), begun);
            ids.forEach(id -> assertTrue(node.host.inspect(id).running()));
            dispatcher.stop();
        }
    }

    private static Fleet fleet(TestNode node, Dispatcher dispatcher) {
        return new Fleet(node.host, node.contexts, node.reconciler, dispatcher, node.board, node.notes);
    }
}
