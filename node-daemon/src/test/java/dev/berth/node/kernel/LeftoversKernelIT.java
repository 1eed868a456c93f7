package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that was cut off anywhere leaves what its successor finds, finishes or removes. */
class LeftoversKernelIT {
    private static KernelFixture fixture;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void whatWasBegunIsFoundAndRemoved(int stepsDone) throws IOException {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        KernelFixture.steps(fixture.host(), layout).subList(0, stepsDone).forEach(Runnable::run);

        LinuxHost successor = fixture.restartedHost();
        successor.prepare();
        assertTrue(successor.inventory().stream().map(ContextFacts::contextId).anyMatch(layout.contextId()::equals));
        KernelFixture.remove(successor, layout.contextId());
        assertEquals(List.of(), fixture.traces(layout));
        assertTrue(successor.inspect(layout.contextId()).nothingLeft());
        KernelFixture.remove(successor, layout.contextId());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void whatWasBegunIsFinished(int stepsDone) throws IOException {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        KernelFixture.steps(fixture.host(), layout).subList(0, stepsDone).forEach(Runnable::run);

        LinuxHost successor = fixture.restartedHost();
        successor.prepare();
        KernelFixture.steps(successor, layout).forEach(Runnable::run);
        assertTrue(successor.inspect(layout.contextId()).running());
        KernelFixture.remove(successor, layout.contextId());
        assertEquals(List.of(), fixture.traces(layout));
    }

    @Test
    void aContextGoesOnWhileTheDaemonRestarts() {
        ContextLayout layout = fixture.started(Specs.limits(256, 128, 128));
        ContextFacts before = fixture.host().inspect(layout.contextId());
        LinuxHost successor = fixture.restartedHost();
        successor.prepare();
        assertEquals(before, successor.inspect(layout.contextId()));
        KernelFixture.remove(successor, layout.contextId());
    }

    @Test
    void aMountCutOffInTheMiddleIsDoneAgain() throws IOException {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        fixture.host().ensureStorage(layout);
        Path run = fixture.config().run(layout.contextId());
        Path lower = Files.createDirectories(run.resolve("lower"));
        Syscalls.mount("tmpfs", lower, 0, "size=64k");
        assertTrue(fixture.restartedHost().inspect(layout.contextId()).mounted());
        fixture.restartedHost().ensureMounted(layout);
        assertFalse(Mounts.isMounted(lower));
        assertTrue(Mounts.isMounted(fixture.config().rootfs(layout.contextId())));
        KernelFixture.remove(fixture.host(), layout.contextId());
        assertEquals(List.of(), fixture.traces(layout));
    }

    @Test
    void anUnpackingCutOffInTheMiddleIsRemoved() throws IOException {
        Path partial = Files.createDirectories(fixture.config().images().resolve(".unpacking-x/rootfs/etc"));
        LinuxHost successor = fixture.restartedHost();
        successor.prepare();
        assertFalse(Files.exists(partial));
        assertEquals(fixture.host().images(), successor.images());
    }

    @Test
    void aKilledMonitorDoesNotHideItsContext() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(256, 128, 128));
        String id = layout.contextId();
        Path monitors = Hierarchies.parse(Mounts.text())
                .census()
                .resolve(fixture.config().cgroupRoot() + "-monitors/" + id + "/cgroup.procs");
        for (String pid : Files.readAllLines(monitors)) {
            assertTrue(Syscalls.kill(Long.parseLong(pid), 9));
        }
        LinuxHost successor = fixture.restartedHost();
        successor.ensureStopped(id, Duration.ofSeconds(2));
        assertFalse(successor.inspect(id).running());
        KernelFixture.steps(successor, layout).forEach(Runnable::run);
        assertTrue(successor.inspect(id).running());
        KernelFixture.remove(successor, id);
        assertEquals(List.of(), fixture.traces(layout));
    }

    @Test
    void contextsAreMadeAndRemovedAtTheSameTime() throws Exception {
        List<ContextLayout> layouts = Stream.generate(() -> fixture.layout(Specs.limits(256, 128, 128)))
                .limit(8)
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> lives = new ArrayList<>();
            for (ContextLayout layout : layouts) {
                lives.add(threads.submit(() -> {
                    KernelFixture.steps(fixture.host(), layout).forEach(Runnable::run);
                    assertTrue(fixture.host().inspect(layout.contextId()).running());
                    KernelFixture.remove(fixture.host(), layout.contextId());
                }));
            }
            for (Future<?> life : lives) {
                life.get(60, TimeUnit.SECONDS);
            }
        }
        for (ContextLayout layout : layouts) {
            assertEquals(List.of(), fixture.traces(layout));
        }
    }

    @Test
    void removingWhatNeverWasIsHarmless() {
        KernelFixture.remove(fixture.host(), "0193ffff-0000-7000-8000-00000000dead");
    }
}
