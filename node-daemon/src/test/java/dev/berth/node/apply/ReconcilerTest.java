package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Observed.Step;
import dev.berth.contract.Observed.StepState;
import dev.berth.node.host.HostException;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {
    private static final String OTHER = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f02";

    @TempDir
    Path directory;

    private TestNode node = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static TestNode unset() {
        return null;
    }

    @BeforeEach
    void open() {
        node = new TestNode(directory, new FakeClock());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void createsRunsAndReports() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));

        assertTrue(node.reconcile());

        assertEquals(State.RUNNING, node.status().state());
        assertEquals(1, node.status().generation());
        assertEquals(1, node.status().sshFingerprints().size());
        assertTrue(node.status().steps().stream().allMatch(step -> step.state() == StepState.DONE));
        assertTrue(names().contains("start"));
        assertEquals(List.of("OPEN"), node.kinds());
    }

    @Test
    void failureIsReportedAndLaterOvercome() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.host.trouble(what -> {
            if (what.equals("before ensureNetwork")) {
                throw new HostException("nft says no");
            }
        });

        assertFalse(node.reconcile());
        assertEquals(Optional.of("nft says no"), node.status().failure());
        assertEquals(State.CREATING, node.status().state());
        assertTrue(node.status().steps().stream().anyMatch(step -> step.state() == StepState.FAILED));

        node.host.trouble(what -> {});
        assertTrue(node.reconcile());
        assertEquals(Optional.empty(), node.status().failure());
        assertEquals(State.RUNNING, node.status().state());
    }

    /** As when /proc cannot be read: what cannot be seen could be anything. */
    @Test
    void whatCannotBeSeenIsNotTouched() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        assertTrue(node.reconcile());
        List<String> changes = new ArrayList<>();
        node.host.trouble(changes::add);
        node.host.blind(() -> {
            throw new HostException("cannot read /proc/self/mountinfo");
        });
        node.want(TestNode.spec(2, DesiredState.STOPPED));
        assertFalse(node.reconcile());
        assertEquals(List.of(), changes);
        assertEquals(
                Optional.of("cannot read /proc/self/mountinfo"), node.status().failure());
        assertEquals(State.RUNNING, node.status().state());

        node.host.blind(() -> {});
        assertTrue(node.reconcile());
        assertEquals(State.STOPPED, node.status().state());
        assertEquals(Optional.empty(), node.status().failure());
    }

    @Test
    void severalRestartsAtOnceAreOne() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        node.want(TestNode.spec(TestNode.CONTEXT, 2, DesiredState.RUNNING, 3));

        node.reconcile();

        assertEquals(3, node.status().restarts());
        assertEquals(2, node.contexts.find(TestNode.CONTEXT).orElseThrow().startNo());
        assertEquals(List.of("OPEN", "SAMPLE", "CLOSE", "OPEN"), node.kinds());
    }

    @Test
    void newContextDoesNotMakeUpForRestartsItNeverSaw() {
        node.want(TestNode.spec(TestNode.CONTEXT, 1, DesiredState.RUNNING, 4));
        node.reconcile();
        assertEquals(1, node.contexts.find(TestNode.CONTEXT).orElseThrow().startNo());
        assertEquals(4, node.status().restarts());
    }

    @Test
    void suspendedIsStopped() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        node.want(TestNode.spec(2, DesiredState.SUSPENDED));
        node.reconcile();
        assertEquals(State.STOPPED, node.status().state());
        assertEquals("CLOSE", node.kinds().get(2));
    }

    @Test
    void deletedIsGoneWithACloseAsItsLastRecord() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        node.want(TestNode.spec(2, DesiredState.DELETED));
        node.reconcile();

        assertEquals(State.GONE, node.status().state());
        assertEquals(2, node.status().generation());
        assertEquals(List.of("OPEN", "CLOSE"), node.kinds());
        assertTrue(node.host.inventory().isEmpty());
    }

    @Test
    void deletedBeforeItWasMadeIsGone() {
        node.want(TestNode.spec(1, DesiredState.DELETED));
        node.reconcile();
        assertEquals(State.GONE, node.status().state());
        assertEquals(List.of(), node.kinds());
    }

    @Test
    void whatEndedByItselfIsStartedAgain() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        node.host.ensureStopped(TestNode.CONTEXT, java.time.Duration.ZERO);

        node.reconcile();

        assertEquals(List.of("OPEN", "CLOSE", "OPEN"), node.kinds());
        assertEquals(State.RUNNING, node.status().state());
    }

    @Test
    void everyContextHasItsOwnIds() {
        node.want(TestNode.spec(1, DesiredState.RUNNING), TestNode.spec(OTHER, 1, DesiredState.RUNNING, 0));
        node.reconcile();
        node.reconcile(OTHER);
        long first = node.contexts.find(TestNode.CONTEXT).orElseThrow().baseId().orElseThrow();
        long second = node.contexts.find(OTHER).orElseThrow().baseId().orElseThrow();
        assertEquals(65_536, Math.abs(first - second));
    }

    @Test
    void stepsAreStillThereForTheNextDaemon() {
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        List<Step> steps = node.status().steps();
        node.close();

        node = new TestNode(directory, node.clock);
        node.reconcile();

        assertEquals(steps, node.status().steps());
    }

    private List<String> names() {
        return node.status().steps().stream().map(Step::name).toList();
    }
}
