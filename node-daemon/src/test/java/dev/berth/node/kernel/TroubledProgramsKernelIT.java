package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import dev.berth.node.host.NetworkFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's own programs fail, or never come back: that is said in time, and doing it again heals it. */
class TroubledProgramsKernelIT {
    /** System calls of an emulated kernel are some 25 times slower. */
    private static final Duration LONGEST = Duration.ofSeconds(Boolean.getBoolean("berth.test.emulated") ? 15 : 2);

    private static final String WRAPPER = """
            #!/bin/sh
            case "$(cat "${0%/*}/${0##*/}.mood" 2>/dev/null)" in
                fails) echo "no mood for it" >&2; exit 1;;
                hangs) exec sleep 600;;
            esac
            exec "${0##*/}" "$@"
            """;

    private static KernelFixture fixture;

    @TempDir
    Path programs;

    private Optional<ContextLayout> made = Optional.empty();

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void wrap() throws IOException {
        for (String name : List.of("nft", "lxc-start", "lxc-stop")) {
            Files.createFile(
                    programs.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(programs.resolve(name), WRAPPER);
        }
    }

    @AfterEach
    void remove() throws IOException {
        if (made.isPresent()) {
            KernelFixture.remove(fixture.host(), made.get().contextId());
            assertEquals(List.of(), fixture.traces(made.get()));
        }
    }

    private void mood(String program, String mood) throws IOException {
        Files.writeString(programs.resolve(program + ".mood"), mood);
    }

    private LinuxHost host() {
        LinuxHost host = new LinuxHost(fixture.config(), new Programs(Optional.of(programs), LONGEST));
        host.prepare();
        return host;
    }

    private ContextLayout layout() {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        made = Optional.of(layout);
        return layout;
    }

    @ParameterizedTest
    @CsvSource({
        "nft, fails, nft -f - ended with 1",
        "nft, hangs, nft -f - ended with -1: killed after",
        "lxc-start, fails, The container could not be started",
        "lxc-start, hangs, The container could not be started"
    })
    void whatCannotBeDoneIsSaidAndDoneLater(String program, String mood, String sentence) throws IOException {
        LinuxHost host = host();
        ContextLayout layout = layout();
        mood(program, mood);
        HostException said = assertThrows(
                HostException.class, () -> KernelFixture.steps(host, layout).forEach(Runnable::run));
        assertTrue(String.valueOf(said.getMessage()).contains(sentence), said.getMessage());
        assertFalse(fixture.host().inspect(layout.contextId()).running());

        mood(program, "works");
        KernelFixture.steps(host, layout).forEach(Runnable::run);
        assertTrue(host.inspect(layout.contextId()).running());
        assertEquals(NetworkFindings.NOTHING, host.checkNetwork(List.of(layout)));
    }

    @Test
    void whatWillNotStopIsEnded() throws IOException {
        LinuxHost host = host();
        ContextLayout layout = layout();
        KernelFixture.steps(host, layout).forEach(Runnable::run);
        mood("lxc-stop", "hangs");
        host.ensureStopped(layout.contextId(), Duration.ofSeconds(1));
        assertFalse(host.inspect(layout.contextId()).running());
    }
}
