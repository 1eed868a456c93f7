package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.Console;
import dev.berth.node.host.ContextLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A terminal in a context, on the real kernel. */
class ConsoleKernelIT {
    private static KernelFixture fixture;
    private static ContextLayout layout;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        layout = fixture.started(Specs.limits(256, 128, 128));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    /** What a console has shown so far. */
    private static final class Screen {
        private final Console console;
        private final StringBuilder shown = new StringBuilder();
        private boolean ended;

        Screen(Console console) {
            this.console = console;
        }

        void type(String text) throws IOException {
            console.write(text.getBytes(StandardCharsets.UTF_8));
        }

        private void read() throws IOException {
            byte[] buffer = new byte[4096];
            int got = ended ? -1 : console.read(buffer);
            ended = got < 0;
            shown.append(new String(buffer, 0, Math.max(got, 0), StandardCharsets.UTF_8));
        }

        void awaitText(String text) {
            await().pollInSameThread().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                read();
                assertTrue(shown.indexOf(text) >= 0, shown::toString);
            });
        }

        void awaitEnd() {
            await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
                read();
                return ended;
            });
        }
    }

    private static Console console() throws IOException {
        return fixture.host().console(layout.contextId(), new Console.Size(100, 30));
    }

    @Test
    void aShellOfRootsAtATerminalOfTheContext() throws IOException {
        try (Console console = console()) {
            Screen screen = new Screen(console);
            // what is typed before the terminal inside is ready is lost
            screen.awaitText("# ");
            screen.type("echo \"$(id -u)-$(hostname)-$(stty size)-$(tty)\"\n");
            screen.awaitText("0-" + layout.spec().hostname() + "-30 100-/dev/pts/");
            console.resize(new Console.Size(132, 43));
            screen.type("sleep 0.2; echo \"now $(stty size)\"\n");
            screen.awaitText("now 43 132");
            assertFalse(screen.shown.indexOf("job control") >= 0, screen.shown.toString());

            screen.type("exit\n");
            screen.awaitEnd();
        }
    }

    @Test
    void hangingUpLeavesNoProcess() throws IOException {
        long before = attached();
        Console console = console();
        Screen screen = new Screen(console);
        screen.awaitText("# ");
        screen.type("echo ready-$((40 + 2)); sleep 4711\n");
        screen.awaitText("ready-42");
        // a shell that is hung up between two commands may still begin the next one
        await().atMost(Duration.ofSeconds(10)).until(ConsoleKernelIT::sleeps);
        assertTrue(attached() > before);

        console.close();

        await().atMost(Duration.ofSeconds(10)).until(() -> !sleeps());
        await().atMost(Duration.ofSeconds(10)).until(() -> attached() == before);
    }

    private static boolean sleeps() throws IOException {
        return fixture.shell(layout, "pgrep -f 'sleep 471[1]'").exitCode() == 0;
    }

    /** How many programs of ours are attached to the context. */
    private static long attached() throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(directory -> directory.resolve("cmdline"))
                    .filter(ConsoleKernelIT::isOurs)
                    .count();
        }
    }

    private static boolean isOurs(Path commandLine) {
        try {
            String text = Files.readString(commandLine, StandardCharsets.ISO_8859_1);
            return text.startsWith("lxc-attach") && text.contains(layout.contextId());
        } catch (IOException _) {
            return false;
        }
    }
}
