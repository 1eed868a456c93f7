package dev.berth.node.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.node.host.Console;
import dev.berth.node.host.HostException;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsolesTest {
    private static final Console.Size SIZE = new Console.Size(80, 24);

    @TempDir
    Path directory;

    private TestNode node;
    private Consoles consoles;

    @BeforeEach
    void running() {
        node = new TestNode(directory, new FakeClock());
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        consoles = new Consoles(node.host, node.clock);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Console open() throws IOException {
        return consoles.open(TestNode.CONTEXT, SIZE);
    }

    @Test
    void thereAreSoManyAndNoMore() throws IOException {
        List<Console> all = new ArrayList<>();
        for (int i = 0; i < Consoles.MAX_PER_CONTEXT; i++) {
            all.add(open());
        }
        assertThrows(HostException.class, this::open);

        all.getFirst().close();
        all.getFirst().close();
        open();
        assertThrows(HostException.class, this::open);
    }

    @Test
    void oneThatCannotBeOpenedTakesNoPlace() throws IOException {
        node.want(TestNode.spec(2, DesiredState.STOPPED));
        node.reconcile();
        for (int i = 0; i < 2 * Consoles.MAX_PER_CONTEXT; i++) {
            assertThrows(HostException.class, this::open);
        }
        node.want(TestNode.spec(3, DesiredState.RUNNING));
        node.reconcile();
        open().close();
    }

    @Test
    void anIdleOneEnds() throws IOException {
        try (Console console = open()) {
            byte[] buffer = new byte[1000];
            assertTrue(console.read(buffer) > 0);
            assertEquals(0, console.read(buffer));
            node.clock.pass(Duration.ofMinutes(14).toMillis());
            console.write("x".getBytes(StandardCharsets.UTF_8));
            assertEquals(1, console.read(buffer));
            node.clock.pass(Duration.ofMinutes(14).toMillis());
            assertEquals(0, console.read(buffer));
            node.clock.pass(Duration.ofMinutes(2).toMillis());
            assertEquals(-1, console.read(buffer));
        }
    }

    @Test
    void whatIsNoFrameHangsUp() throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ByteArrayInputStream rubbish = new ByteArrayInputStream(new byte[] {7, 7, 7});
        assertThrows(IOException.class, () -> Frames.relay(open(), rubbish, shown, shown));

        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        Frames.resized(new DataOutputStream(frames), SIZE);
        byte[] tooWide = frames.toByteArray();
        tooWide[1] = 127;
        assertThrows(IOException.class, () -> Frames.relay(open(), new ByteArrayInputStream(tooWide), shown, shown));
        for (int i = 0; i < Consoles.MAX_PER_CONTEXT; i++) {
            open();
        }
    }
}
