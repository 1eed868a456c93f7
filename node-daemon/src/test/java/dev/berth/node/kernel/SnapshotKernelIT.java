package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.StorageSpec;
import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Snapshots of a real context's disk, on whichever quota driver the test's directory offers. */
class SnapshotKernelIT {
    private static final String FIRST = "0193aaaa-0000-7000-8000-000000000001";
    private static final String SECOND = "0193aaaa-0000-7000-8000-000000000002";

    /** All that a copy may lose: owner, mode, links of both kinds, attributes, holes, a pipe, what hides a file of the image. */
    private static final String HOSTILE =
            "mkdir /root/t && cd /root/t && echo one > kept && ln kept hard && ln -s /etc/shadow soft"
                    + " && ln -s ../../../../../../../../etc up && mkfifo pipe && chown 33:33 kept && chmod 4751 kept"
                    + " && truncate -s 1G hole && rm /etc/issue && rm -r /etc/skel && mkdir /etc/skel"
                    + " && dd if=/dev/urandom of=data bs=1M count=16 conv=fsync";

    private static final String LOOK =
            "cd /root/t && stat -c '%n %u %g %a %h %s %F %N' * && sha256sum data kept && ls -A /etc/skel && ls /etc/issue";

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
    void aTreeComesBackAsItWas() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(512, 256, 128));
        assertEquals(0, fixture.shell(layout, HOSTILE).exitCode());
        String before = fixture.shell(layout, LOOK).output();
        List<String> keys = fixture.host().sshFingerprints(layout.contextId());
        Path outside = fixture.config().dataDir().resolve("outside");
        Files.writeString(outside, "untouched");
        down(layout);
        fixture.host().ensureSnapshot(layout, FIRST);
        fixture.host().ensureSnapshot(layout, FIRST);
        Snapshot taken = only(layout);
        assertEquals(Optional.empty(), taken.failure());
        assertTrue(taken.bytes() >= 16L << 20 && taken.bytes() < 96L << 20, taken.toString());

        // The snapshot is not charged to the context, and the context does not change it.
        up(layout);
        assertEquals(
                0,
                fixture.shell(layout, "rm -r /root/t && dd if=/dev/urandom of=/root/new bs=1M count=64 conv=fsync")
                        .exitCode());

        ContextLayout restored = with(layout, new StorageSpec(List.of(FIRST), 1, Optional.of(FIRST), Optional.empty()));
        assertThrows(HostException.class, () -> fixture.host().ensureLayer(restored));
        down(restored);
        fixture.host().ensureLayer(restored);
        fixture.host().ensureLayer(restored);
        assertEquals(1, number(restored));
        assertTrue(
                Math.abs(taken.bytes() - only(restored).bytes()) < 1L << 20,
                only(restored).toString());
        up(restored);
        assertEquals(before, fixture.shell(restored, LOOK).output());
        assertEquals(keys, fixture.host().sshFingerprints(restored.contextId()));
        assertFalse(Files.exists(fixture.config().staging(restored.contextId())));

        // The disk is as large as before.
        assertEquals(
                0,
                fixture.shell(restored, "dd if=/dev/urandom of=/root/some bs=1M count=48 conv=fsync")
                        .exitCode());
        assertFalse(fixture.shell(restored, "dd if=/dev/urandom of=/root/more bs=1M count=128 conv=fsync")
                        .exitCode()
                == 0);

        reinstalled(restored, keys);
        KernelFixture.remove(fixture.host(), layout.contextId());
        assertEquals(List.of(), fixture.traces(layout));
        assertTrue(fixture.host().inspect(layout.contextId()).nothingLeft());
        assertEquals("untouched", Files.readString(outside));
    }

    private static void reinstalled(ContextLayout layout, List<String> keys) throws IOException {
        ContextLayout bare = with(layout, new StorageSpec(List.of(FIRST), 2, Optional.empty(), Optional.empty()));
        down(bare);
        // As a daemon that was killed half-way leaves it.
        QuotaDriver quota = new Store(fixture.config(), new Programs()).quota();
        Path staging = fixture.config().staging(bare.contextId());
        Path unfinished = fixture.config().snapshots(bare.contextId()).resolve(SECOND + ".new");
        List.of(staging, unfinished).forEach(place -> quota.make(place, bare.baseId() / ContextLayout.ID_RANGE + 7));
        Files.writeString(staging.resolve("half"), "half");
        fixture.host().ensureLayer(bare);
        up(bare);
        assertFalse(Files.exists(unfinished));
        assertEquals(2, number(bare));
        assertEquals(
                0,
                fixture.shell(bare, "test ! -e /root/t && test -e /etc/issue").exitCode());
        assertFalse(keys.equals(fixture.host().sshFingerprints(bare.contextId())), "host keys are new");
        down(bare);
        fixture.host().ensureNoSnapshot(bare.contextId(), FIRST);
        fixture.host().ensureNoSnapshot(bare.contextId(), FIRST);
        assertEquals(List.of(), fixture.host().snapshots(bare.contextId()));
    }

    /** The context must not stay down for it, and nobody takes half of one for a snapshot. */
    @Test
    void aCopyThatFailsIsNotedAndNotTriedAgain() throws IOException {
        ContextLayout layout = fixture.layout(Specs.limits(512, 256, 64));
        fixture.host().ensureStorage(layout);
        Path deep = fixture.config().context(layout.contextId()).resolve("upper");
        new Programs()
                .check(Programs.Command.of(
                        "perl",
                        "-e",
                        "chdir($ARGV[0]); for (1..40) { mkdir('d' x 200) or die; chdir('d' x 200) }",
                        deep.toString()));
        fixture.host().ensureSnapshot(layout, SECOND);
        Snapshot failed = only(layout);
        assertEquals(Optional.of("The disk cannot be copied: File name too long."), failed.failure());
        assertEquals(
                List.of(SECOND),
                fixture.host().inspect(layout.contextId()).layer().orElseThrow().failed());
        fixture.host().ensureNoSnapshot(layout.contextId(), SECOND);
        assertEquals(List.of(), fixture.host().snapshots(layout.contextId()));
        fixture.host().ensureNoStorage(layout.contextId());
        assertTrue(fixture.host().inspect(layout.contextId()).nothingLeft());
    }

    private static void down(ContextLayout layout) {
        fixture.host().ensureStopped(layout.contextId(), Duration.ofSeconds(20));
        fixture.host().ensureUnmounted(layout.contextId());
    }

    private static void up(ContextLayout layout) {
        KernelFixture.steps(fixture.host(), layout).forEach(Runnable::run);
    }

    private static Snapshot only(ContextLayout layout) {
        List<Snapshot> found = fixture.host().snapshots(layout.contextId());
        assertEquals(1, found.size(), found.toString());
        return found.getFirst();
    }

    private static long number(ContextLayout layout) {
        return fixture.host().inspect(layout.contextId()).layer().orElseThrow().number();
    }

    private static ContextLayout with(ContextLayout layout, StorageSpec storage) {
        return new ContextLayout(layout.spec().withStorage(storage), layout.baseId());
    }
}
