package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A customer arranges their tree so that the daemon, which is root, would write to the host. */
class HostileTreeKernelIT {
    private static final String SEED = "/var/lib/cloud/seed/nocloud";
    private static KernelFixture fixture;
    private Path victim;
    private ContextLayout layout;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void start() throws IOException {
        victim = Files.createDirectories(fixture.config().dataDir().resolve("victim"));
        for (String name : List.of("hostname", "hosts", "resolv.conf", "authorized_keys")) {
            Files.writeString(victim.resolve(name), "untouched");
        }
        layout = fixture.started(Specs.limits(256, 128, 128));
    }

    @AfterEach
    void theHostIsUntouched() throws IOException {
        assertEquals(
                List.of("authorized_keys", "hostname", "hosts", "resolv.conf"), List.copyOf(Directories.names(victim)));
        for (String name : Directories.names(victim)) {
            assertEquals("untouched", Files.readString(victim.resolve(name)));
        }
        KernelFixture.remove(fixture.host(), layout.contextId());
    }

    @Test
    void etcIsALinkToTheHost() throws IOException {
        arrange("mv /etc /etc-before && ln -s %s /etc".formatted(victim));
        assertThrows(HostException.class, () -> fixture.host().ensureFiles(renamed()));
    }

    @Test
    void etcIsALinkUpwards() throws IOException {
        String up = "../".repeat(20) + victim.toString().substring(1);
        arrange("mv /etc /etc-before && ln -s %s /etc".formatted(up));
        assertThrows(HostException.class, () -> fixture.host().ensureFiles(renamed()));
    }

    @Test
    void aFileIsALinkToTheHost() throws IOException {
        arrange("ln -sf %1$s/hostname /etc/hostname; ln -sf %1$s/hosts /etc/hosts; ln -sf %1$s/hosts /etc/shadow"
                .formatted(victim));
        fixture.host().ensureFiles(Specs.withPassword(renamed(), 1));
        assertEquals("renamed\n", fixture.run(layout, "cat", "/etc/hostname").output());
        arrange("mkdir -p %2$s && ln -s %1$s/hosts %2$s/user-data".formatted(victim, SEED));
        fixture.host().ensureFiles(Specs.withUserData(layout, "told"));
        assertEquals("told", fixture.run(layout, "cat", SEED + "/user-data").output());
    }

    @Test
    void theKeysDirectoryIsALinkToTheHost() throws IOException {
        arrange("rm -r /root/.ssh; ln -s %s /root/.ssh; rm /etc/hostname".formatted(victim));
        ContextLayout fresh = forgetting();
        assertThrows(HostException.class, () -> fixture.host().ensureFiles(fresh));
    }

    @Test
    void theKeysAreAPipeNobodyReads() throws IOException {
        arrange("rm /root/.ssh/authorized_keys; mkfifo /root/.ssh/authorized_keys");
        fixture.host().ensureFiles(forgetting());
        assertEquals(
                Specs.KEY + "\n",
                fixture.run(layout, "cat", "/root/.ssh/authorized_keys").output());
        arrange("mkdir -p /var/lib/cloud && ln -s %s /var/lib/cloud/seed".formatted(victim));
        ContextLayout told = Specs.withUserData(layout, "told");
        assertThrows(HostException.class, () -> fixture.host().ensureFiles(told));
    }

    @Test
    void theHostKeyIsALinkToTheHost() throws IOException {
        arrange("ln -sf %s/hosts /%s".formatted(victim, SshHostKey.PUBLIC_PATH));
        assertEquals(List.of(), fixture.host().sshFingerprints(layout.contextId()));
    }

    @Test
    void theCustomersOwnEditsStay() throws IOException {
        fixture.shell(layout, "echo mine > /root/.ssh/authorized_keys");
        fixture.host().ensureFiles(layout);
        assertEquals(
                "mine\n",
                fixture.run(layout, "cat", "/root/.ssh/authorized_keys").output());
    }

    /** After the boot, which would otherwise still write where things are moved. */
    private void arrange(String script) throws IOException {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        fixture.run(layout, "systemctl", "is-system-running").exitCode() == 0);
        ExecResult result = fixture.shell(layout, script);
        assertEquals(0, result.exitCode(), result.output());
    }

    private ContextLayout renamed() {
        return KernelFixture.changed(layout, "renamed", layout.spec().addresses());
    }

    /** As if nothing had been written yet. */
    private ContextLayout forgetting() throws IOException {
        Files.delete(fixture.config().context(layout.contextId()).resolve("written"));
        return layout;
    }
}
