package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.node.disk.FileDigest;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real layer goes from one context to another one with other ids, as it goes from host to host. */
class MoveKernelIT {
    /** All that moving may lose: owner, mode, links of both kinds, attributes, holes, a pipe, what hides a file of the image. */
    private static final String MAKE =
            "mkdir /root/t && cd /root/t && echo one > kept && ln kept hard && ln -s /etc/shadow soft"
                    + " && ln -s ../../../../../../../../etc up && mkfifo pipe && chown 33:65534 kept && chmod 4751 kept"
                    + " && truncate -s 1G hole && echo end >> hole && rm /etc/issue && rm -r /etc/skel && mkdir /etc/skel"
                    + " && touch -d 2001-02-03T04:05:06.789 kept && touch \"$(printf 'odd\\nname \\377')\""
                    + " && mkdir -m 1777 open && chown 1000:1000 open && dd if=/dev/urandom of=data bs=1M count=8 conv=fsync";

    private static final String LOOK =
            "cd /root/t && stat -c '%n %u %g %a %h %s %F %N %y' kept hard soft up pipe hole open data odd*"
                    + " && sha256sum data kept && tail -c 4 hole && ls -A /etc/skel && ! ls /etc/issue && du -k hole";

    private static KernelFixture fixture;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void aTreeArrivesAsItLeft() throws IOException {
        ContextLayout source = fixture.started(Specs.limits(512, 256, 128));
        assertEquals(0, fixture.shell(source, MAKE).exitCode());
        Path kept = fixture.config().context(source.contextId()).resolve("upper/root/t/kept");
        Files.setAttribute(kept, "user:note", "of the owner".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                0,
                fixture.shell(source, "echo own >>/root/.ssh/authorized_keys").exitCode());
        List<String> keys = fixture.host().sshFingerprints(source.contextId());
        String before = fixture.shell(source, LOOK).output();
        assertTrue(before.contains("hole"), before);
        Path archive = fixture.config().dataDir().resolve("layer.tar");
        assertThrows(HostException.class, () -> fixture.host().exportLayer(source, archive));
        fixture.host().ensureStopped(source.contextId(), Duration.ZERO);
        fixture.host().ensureUnmounted(source.contextId());
        Map<String, String> written = fixture.host().exportLayer(source, archive);
        assertTrue(Files.size(archive) < 64L << 20, "holes are no content: " + Files.size(archive));

        ContextLayout target = fixture.layout(Specs.limits(512, 256, 128));
        refused(target, archive);
        fixture.host().ensureReceivedLayer(target, archive, FileDigest.of(archive), written);
        fixture.host().ensureReceivedLayer(target, archive, FileDigest.of(archive), written);
        KernelFixture.steps(fixture.host(), target).forEach(Runnable::run);
        assertEquals(before, fixture.shell(target, LOOK).output());
        // What its owner made of the files that a node writes once is the owner's there, too.
        assertEquals(keys, fixture.host().sshFingerprints(target.contextId()));
        assertEquals(
                "own\n",
                fixture.shell(target, "tail -n 1 /root/.ssh/authorized_keys").output());
        Path arrived = fixture.config().context(target.contextId()).resolve("upper/root/t/kept");
        assertEquals(
                "of the owner", new String((byte[]) Files.getAttribute(arrived, "user:note"), StandardCharsets.UTF_8));
        assertEquals(target.baseId() + 33, Integer.toUnsignedLong((Integer) Files.getAttribute(arrived, "unix:uid")));
        // The disk is as large as it was bought.
        assertFalse(fixture.shell(target, "dd if=/dev/urandom of=/root/more bs=1M count=160 conv=fsync")
                        .exitCode()
                == 0);
        for (ContextLayout each : new ContextLayout[] {source, target}) {
            KernelFixture.remove(fixture.host(), each.contextId());
            assertTrue(fixture.host().inspect(each.contextId()).nothingLeft());
        }
    }

    private static void refused(ContextLayout target, Path archive) throws IOException {
        String other = "sha256:" + "0".repeat(64);
        assertThrows(HostException.class, () -> fixture.host().ensureReceivedLayer(target, archive, other, Map.of()));
        Path hostile = fixture.config().dataDir().resolve("hostile.tar");
        Path victim = fixture.config().dataDir().resolve("victim-of-an-archive");
        Files.writeString(victim, "untouched");
        Map<String, TestTar> cases = ArchiveCheckTest.hostile();
        cases.put("an own one", TestTar.top().link("./a", victim.toString()).hardLink("./b", victim.toString()));
        for (Map.Entry<String, TestTar> each : cases.entrySet()) {
            each.getValue().write(hostile);
            String digest = FileDigest.of(hostile);
            assertThrows(
                    HostException.class,
                    () -> fixture.host().ensureReceivedLayer(target, hostile, digest, Map.of()),
                    each.getKey());
        }
        ContextSpec spec = target.spec();
        assertTrue(fixture.host().inspect(spec.contextId()).nothingLeft());
        assertEquals("untouched", Files.readString(victim));
    }
}
