package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Life;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.UserData;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Debian's own cloud-init in a context: it does what the owner wrote, once for each disk, and undoes nothing that the node has set up. */
class CloudInitKernelIT {
    private static final String USER_DATA = """
            #cloud-config
            hostname: another
            write_files:
            - path: /root/written
              content: by cloud-init
            runcmd:
            - [sh, -c, "echo ran >>/root/ran"]
            """;

    private static final String RESULT = "/run/cloud-init/result.json";

    /** What the node answers for. Its host key is known by the comment: others are named after the host. */
    private static final String NODES_OWN = "hostname; cat /etc/hostname /etc/hosts /etc/machine-id /etc/resolv.conf"
            + " /root/.ssh/authorized_keys; ls /etc/ssh; cut -d' ' -f3 /etc/ssh/*.pub; grep ^root: /etc/shadow;"
            + " getent passwd | sort; ip -o address show eth0 scope global | awk '{ print $4 }'; ip route;"
            + " cat /etc/apt/sources.list";

    private static KernelFixture fixture;
    private static String digest = "";

    @BeforeAll
    static void open() throws IOException {
        String image = System.getProperty("berth.test.cloud-image");
        if (image == null) {
            throw new IllegalStateException(
                    "this test wants -Dberth.test.cloud-image=<archive of the image debian-12-cloud>");
        }
        fixture = KernelFixture.open();
        digest = KernelFixture.digest(Path.of(image));
        fixture.host().ensureImage(digest, Path.of(image));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static ContextLayout layout(Optional<UserData> data) {
        ContextLayout plain = fixture.layout(Specs.limits(512, 256, 512));
        ContextSpec old = plain.spec();
        ContextSpec spec = Specs.spec(old.contextId(), "it-cloud", digest, old.addresses(), old.limits())
                .withLife(new Life(1, Optional.of(Specs.PASSWORD_HASH), data));
        return new ContextLayout(spec, plain.baseId());
    }

    private static void up(ContextLayout layout) {
        KernelFixture.steps(fixture.host(), layout).forEach(Runnable::run);
    }

    private static void down(ContextLayout layout) {
        fixture.host().ensureStopped(layout.contextId(), Duration.ofSeconds(20));
        fixture.host().ensureUnmounted(layout.contextId());
    }

    private static String says(ContextLayout layout, String script) throws IOException {
        ExecResult result = fixture.shell(layout, script);
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }

    /** Started, and everything that starts with it has. */
    private static void settled(ContextLayout layout) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertEquals("running\n", says(layout, "systemctl is-system-running || true")));
    }

    private static void done(ContextLayout layout) throws IOException {
        settled(layout);
        String result = says(layout, "cat " + RESULT);
        assertTrue(result.contains("DataSourceNoCloud [seed=/var/lib/cloud/seed/nocloud]"), result);
        assertTrue(result.contains("\"errors\": []"), result);
        String status = says(layout, "cloud-init status");
        assertEquals("status: done\n", status);
        assertEquals("by cloud-init", says(layout, "cat /root/written"));
        assertEquals("ran\n", says(layout, "cat /root/ran"));
    }

    @Test
    void whatTheOwnerWroteIsDoneOnceForEachDisk() throws IOException {
        ContextLayout plain = layout(Optional.empty());
        up(plain);
        settled(plain);
        assertEquals("inactive\n", says(plain, "systemctl is-active cloud-final || test ! -e " + RESULT));
        String before = says(plain, NODES_OWN);
        KernelFixture.remove(fixture.host(), plain.contextId());

        ContextLayout told = new ContextLayout(
                plain.spec()
                        .withLife(new Life(1, Optional.of(Specs.PASSWORD_HASH), Optional.of(new UserData(USER_DATA)))),
                plain.baseId());
        up(told);
        done(told);
        List<String> keys = fixture.host().sshFingerprints(told.contextId());
        assertEquals(before, says(told, NODES_OWN));

        down(told);
        up(told);
        done(told);
        assertEquals(keys, fixture.host().sshFingerprints(told.contextId()));

        down(told);
        ContextLayout anew = new ContextLayout(
                told.spec().withStorage(new StorageSpec(List.of(), 1, Optional.empty(), Optional.empty())),
                told.baseId());
        fixture.host().ensureLayer(anew);
        up(anew);
        done(anew);
        assertEquals(before, says(anew, NODES_OWN));
    }
}
