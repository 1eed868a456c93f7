package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Desired;
import dev.berth.contract.Observed.State;
import dev.berth.node.store.DesiredStore.Outcome;
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

    private static Outcome offer(TestNode node, ContextSpec spec, boolean full) {
        return node.desired.accept(new Desired(node.desired.revision() + 1, full, SETTINGS, List.of(spec)));
    }

    private TestNode node(String name) throws IOException {
        return new TestNode(Files.createDirectory(directory.resolve(name)), new FakeClock());
    }
}
