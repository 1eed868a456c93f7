package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Departure.Bank;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.StorageSpec;
import dev.berth.node.host.StoredLayer;
import dev.berth.node.plan.Operation;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.KilledError;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the daemon before and after every change of the host and around every line of the step log, in each kind of work, and lets another
 * one go on.
 */
class KillBetweenStepsTest {
    /** What the node's source of images gives: one byte, 1. */
    private static final String ARCHIVE_DIGEST =
            "sha256:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";

    private static final String SNAPSHOT = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fa1";

    @TempDir
    Path directory;

    private final AtomicInteger places = new AtomicInteger();

    /** Points of the step log. */
    private final Set<String> killedAt = new ConcurrentSkipListSet<>();

    /** An operation that is new is part of one of these, or this fails until it is. */
    @Test
    void everyOperationIsKilledBeforeWithinAndAfterIt() throws IOException {
        creating();
        fetching();
        restarting();
        shrinking();
        shrinkingWhileStopped();
        stopping();
        freezing();
        thawing();
        stoppingAFrozenOne();
        takingASnapshot();
        removingASnapshot();
        restoring();
        reinstallingAStoppedOne();
        deleting();
        deletingWithSnapshots();
        leaving();
        arriving();
        arrivingStopped();
        comingBack();
        enteringRescue();
        leavingRescue();
        stoppingWithoutRescue();
        deletingInRescue();

        Set<String> missing = new TreeSet<>();
        for (Operation operation : operations()) {
            for (String point : List.of("before", "begun", "done", "after")) {
                missing.add("%s step %s".formatted(point, operation.text()));
            }
        }
        missing.removeAll(killedAt);
        assertEquals(Set.of(), missing, "never killed there");
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>(List.of(Operation.Simple.values()));
        operations.add(new Operation.FetchImage(TestNode.IMAGE));
        operations.add(new Operation.TakeSnapshot(SNAPSHOT));
        operations.add(new Operation.RemoveSnapshot(SNAPSHOT));
        List<?> kinds = operations.stream().map(Object::getClass).distinct().toList();
        assertEquals(Set.of(Operation.class.getPermittedSubclasses()), Set.copyOf(kinds), "name the new kind above");
        return operations;
    }

    private void creating() throws IOException {
        everywhere(List.of(), node -> node.want(TestNode.spec(1, DesiredState.RUNNING)), State.RUNNING);
    }

    private void restarting() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(TestNode.CONTEXT, 2, DesiredState.RUNNING, 1)),
                State.RUNNING);
    }

    private void stopping() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(2, DesiredState.STOPPED)),
                State.STOPPED);
    }

    private void deleting() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(2, DesiredState.DELETED)),
                State.GONE);
    }

    private void takingASnapshot() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty())),
                State.RUNNING);
    }

    private void restoring() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty()))),
                node -> node.want(stored(3, DesiredState.RUNNING, 1, Optional.of(SNAPSHOT))),
                State.RUNNING);
    }

    private void reinstallingAStoppedOne() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.STOPPED))),
                node -> node.want(stored(2, DesiredState.STOPPED, 1, Optional.empty())),
                State.STOPPED);
    }

    private void deletingWithSnapshots() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty()))),
                node -> node.want(TestNode.spec(3, DesiredState.DELETED)),
                State.GONE);
    }

    private void leaving() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(moving(2, DesiredState.RUNNING, Role.SOURCE)),
                State.STOPPED);
    }

    private void arriving() throws IOException {
        everywhere(
                List.of(),
                node -> {
                    handedOver(node);
                    node.want(moving(3, DesiredState.RUNNING, Role.TARGET));
                },
                State.RUNNING);
    }

    private void arrivingStopped() throws IOException {
        everywhere(
                List.of(),
                node -> {
                    handedOver(node);
                    node.want(moving(3, DesiredState.STOPPED, Role.TARGET));
                },
                State.STOPPED);
    }

    private void comingBack() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(moving(2, DesiredState.RUNNING, Role.SOURCE))),
                node -> node.want(TestNode.spec(3, DesiredState.RUNNING)),
                State.RUNNING);
    }

    private void enteringRescue() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(rescued(2)),
                State.RUNNING);
    }

    private void leavingRescue() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING)), node -> node.want(rescued(2))),
                node -> node.want(TestNode.spec(3, DesiredState.RUNNING)),
                State.RUNNING);
    }

    private void stoppingWithoutRescue() throws IOException {
        everywhere(
                List.of(node -> node.want(rescued(1))),
                node -> node.want(TestNode.spec(2, DesiredState.STOPPED)),
                State.STOPPED);
    }

    private void deletingInRescue() throws IOException {
        everywhere(
                List.of(node -> node.want(rescued(1))),
                node -> node.want(TestNode.spec(2, DesiredState.DELETED)),
                State.GONE);
    }

    private static ContextSpec rescued(long generation) {
        return TestNode.spec(generation, DesiredState.RUNNING)
                .withBoot(new Boot(0, List.of(), Optional.of(TestNode.IMAGE)));
    }

    private static ContextSpec moving(long generation, DesiredState state, Role role) {
        return TestNode.spec(generation, state).withMigration(new Migration(SNAPSHOT, role));
    }

    private static void handedOver(TestNode node) {
        Bank bank = new Bank(5_000_000_000L, false, 1);
        node.portal.prepare(SNAPSHOT, new byte[] {1}, new Carried(Counters.ZERO, 4, Optional.of(bank)));
    }

    private void freezing() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(TestNode.spec(2, DesiredState.FROZEN)),
                State.RUNNING);
    }

    private void thawing() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(TestNode.spec(2, DesiredState.FROZEN))),
                node -> node.want(TestNode.spec(3, DesiredState.RUNNING)),
                State.RUNNING);
    }

    private void stoppingAFrozenOne() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(TestNode.spec(2, DesiredState.FROZEN))),
                node -> node.want(TestNode.spec(3, DesiredState.STOPPED)),
                State.STOPPED);
    }

    private void removingASnapshot() throws IOException {
        everywhere(
                List.of(
                        node -> node.want(TestNode.spec(1, DesiredState.RUNNING)),
                        node -> node.want(stored(2, DesiredState.RUNNING, 0, Optional.empty()))),
                node -> node.want(TestNode.spec(3, DesiredState.RUNNING)
                        .withStorage(new StorageSpec(List.of(), 0, Optional.empty(), Optional.empty()))),
                State.RUNNING);
    }

    /** The image is not here yet. */
    private void fetching() throws IOException {
        everywhere(List.of(), node -> node.want(withImage(ARCHIVE_DIGEST)), State.RUNNING);
    }

    private void shrinking() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(smaller(DesiredState.RUNNING)),
                State.RUNNING);
    }

    private void shrinkingWhileStopped() throws IOException {
        everywhere(
                List.of(node -> node.want(TestNode.spec(1, DesiredState.RUNNING))),
                node -> node.want(smaller(DesiredState.STOPPED)),
                State.STOPPED);
    }

    private static ContextSpec withImage(String digest) {
        ContextSpec spec = TestNode.spec(1, DesiredState.RUNNING);
        return made(spec, digest, spec.limits());
    }

    private static ContextSpec smaller(DesiredState state) {
        ContextSpec spec = TestNode.spec(2, state);
        return made(
                spec, spec.imageDigest(), new Limits(250, 2_000, 600_000, 512L << 20, 512, 5L << 30, Optional.empty()));
    }

    private static ContextSpec made(ContextSpec spec, String digest, Limits limits) {
        return new ContextSpec(
                spec.contextId(),
                spec.generation(),
                spec.desiredState(),
                spec.restarts(),
                spec.hostname(),
                digest,
                spec.addresses(),
                spec.sshKeys(),
                limits);
    }

    private static ContextSpec stored(long generation, DesiredState state, long layer, Optional<String> from) {
        return TestNode.spec(generation, state)
                .withStorage(new StorageSpec(List.of(SNAPSHOT), layer, from, Optional.empty()));
    }

    /** Something asked of a node. */
    private interface Wish {
        void of(TestNode node);
    }

    /** First a run in which nobody dies tells the points there are; then the daemon dies at each. */
    private void everywhere(List<Wish> before, Wish wish, State end) throws IOException {
        Set<String> points = points(before, wish);
        assertTrue(points.size() >= 3, "only %s".formatted(points));
        for (String point : points) {
            Path here = place();
            FakeClock clock = new FakeClock();
            assertTrue(kill(point, here, clock, before, wish), () -> "not killed at " + point);
            killedAt.add(point);
            survives(here, clock, end);
        }
    }

    private Path place() throws IOException {
        return Files.createDirectory(directory.resolve("place" + places.incrementAndGet()));
    }

    private Set<String> points(List<Wish> before, Wish wish) throws IOException {
        Set<String> points = new ConcurrentSkipListSet<>();
        try (TestNode node = new TestNode(place(), new FakeClock())) {
            fulfil(before, node, new FakeClock());
            wish.of(node);
            node.host.trouble(points::add);
            assertTrue(node.reconcile());
        }
        return points;
    }

    private static void fulfil(List<Wish> wishes, TestNode node, FakeClock clock) {
        for (Wish wish : wishes) {
            wish.of(node);
            assertTrue(node.reconcile());
            clock.pass(90_000);
            node.meters.tick();
        }
    }

    private static boolean kill(String point, Path here, FakeClock clock, List<Wish> before, Wish wish) {
        try (TestNode node = new TestNode(here, clock)) {
            fulfil(before, node, clock);
            wish.of(node);
            AtomicBoolean dead = new AtomicBoolean();
            node.host.trouble(what -> {
                if (what.equals(point)) {
                    dead.set(true);
                }
                // whatever else was under way in other lanes ends with it
                if (dead.get()) {
                    throw new KilledError();
                }
            });
            return attempt(node).isPresent();
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
            assertRoot(node);
            assertTrue(node.status().failure().isEmpty());
            assertEquals(
                    end == State.RUNNING, node.host.inspect(TestNode.CONTEXT).running());
            assertEquals(
                    node.contexts.find(TestNode.CONTEXT).orElseThrow().spec().desiredState() == DesiredState.FROZEN,
                    node.host.inspect(TestNode.CONTEXT).frozen());
            assertEquals(end == State.GONE, node.host.inspect(TestNode.CONTEXT).nothingLeft());
            assertEquals(
                    end == State.GONE,
                    node.contexts.find(TestNode.CONTEXT).orElseThrow().baseId().isEmpty());
            assertTrue(node.journal.check().broken().isEmpty());
            assertTrue(alternates(node.records()), () -> "journal: " + node.kinds());
            assertTrue(neverBack(node.records()));
        }
    }

    private static void assertRoot(TestNode node) {
        ContextSpec wanted = node.contexts.find(TestNode.CONTEXT).orElseThrow().spec();
        assertEquals(
                wanted.boot().flatMap(Boot::rescueImage),
                node.host.inspect(TestNode.CONTEXT).rescue());
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
