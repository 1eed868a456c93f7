package dev.berth.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.node.console.Consoles;
import dev.berth.node.image.HeldImages;
import dev.berth.node.local.LocalServer;
import dev.berth.node.local.Responder;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutADaemonItSaysSo() {
        assertEquals(Commands.NO_DAEMON, run("ps"));
        assertTrue(text(err).contains("no berthd"));
    }

    @Test
    void whatIsNotUnderstoodShowsTheUsage() {
        assertEquals(Commands.USAGE, run("dance"));
        assertEquals(Commands.USAGE, run("ps", "--what"));
        assertEquals(Commands.USAGE, run("show"));
        assertEquals(Commands.USAGE, commands().run(List.of("exec", TestNode.CONTEXT, "--")));
        assertTrue(text(err).contains("berthd run"));
    }

    @Test
    void asksTheDaemon() throws IOException {
        try (TestNode node = new TestNode(directory, new FakeClock());
                LocalServer server = new LocalServer(directory.resolve("berthd.sock"), responder(node))) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
            server.start();

            assertEquals(Commands.OK, run("ps"));
            assertEquals(Commands.OK, run("show", TestNode.CONTEXT));
            assertEquals(Commands.OK, run("verify"));
            assertEquals(Commands.OK, run("doctor"));
            assertEquals(Commands.OK, run("health"));
            assertEquals(Commands.OK, run("images"));
            assertEquals(Commands.OK, run("metrics"));
            assertEquals(Commands.FAILED, run("show", "019ab2c4-7d10-7a3e-9f00-000000000000"));
            assertEquals(Commands.OK, runExec());
            assertEquals(Commands.OK, run("console", TestNode.CONTEXT));
            assertEquals(Commands.FAILED, run("console", "019ab2c4-7d10-7a3e-9f00-000000000000"));

            String shown = text(out);
            assertTrue(shown.contains("RUNNING"), shown);
            assertTrue(shown.contains("debian-12             81234567  -"), shown);
            assertTrue(shown.contains("the portal's announcement, " + TestNode.CONTEXT + "\n"), shown);
            assertTrue(shown.contains("-  1970-01-01T00:16:40Z  -\n"), shown);
            assertTrue(shown.contains("journal intact: 1 records"), shown);
            assertTrue(shown.contains("what is typed comes back\r\ntyped\n"), shown);
            assertTrue(shown.contains("did not run: cat /etc/hostname"), shown);
        }
    }

    @Test
    void verifiesWithoutADaemon() {
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
        }
        assertEquals(Commands.OK, run("verify"));
    }

    private int runExec() {
        return commands()
                .run(List.of(
                        "exec", TestNode.CONTEXT, "--data-dir", directory.toString(), "--", "cat", "/etc/hostname"));
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--data-dir");
        all.add(directory.toString());
        return commands().run(all);
    }

    private Commands commands() {
        return new Commands(
                new ByteArrayInputStream("typed\n".getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
    }

    private static Responder responder(TestNode node) {
        return new Responder(
                node.host,
                new Consoles(node.host, node.clock),
                node.contexts,
                node.board,
                node.meters,
                node.journal,
                new Responder.Views(
                        () -> "", () -> new Responder.Health(Optional.empty(), 0, 1, 0, 0), CommandsTest::images));
    }

    private static List<HeldImages.Held> images() {
        return List.of(
                new HeldImages.Held(
                        TestNode.IMAGE,
                        Optional.of("debian-12"),
                        Optional.of(81_234_567L),
                        List.of(TestNode.CONTEXT),
                        true,
                        Optional.empty()),
                new HeldImages.Held(
                        "sha256:" + "b".repeat(64),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        false,
                        Optional.of(1_000_000L)));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
