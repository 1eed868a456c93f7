package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.contract.Boot.Feature;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.Finding;
import dev.berth.node.host.HostException;
import dev.berth.node.host.KernelCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context from nothing to nothing, on the real kernel. */
class LifeKernelIT {
    private static KernelFixture fixture;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void createRunStopStartRemove() throws IOException {
        LinuxHost host = fixture.host();
        ContextLayout layout = fixture.started(Specs.limits(512, 256, 512));
        String id = layout.contextId();
        ContextFacts running = host.inspect(id);
        assertTrue(running.running() && running.storage() && running.mounted() && running.network());
        assertTrue(running.initStartNanos() > 0);

        awaitSystemd(layout);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> KernelFixture.sshBanner(layout.spec().addresses().getFirst())
                        .isPresent());
        assertIdentity(layout);
        assertEquals(List.of(), failedUnits(layout));

        assertChangesWhileItRuns(layout);

        fixture.shell(layout, "echo kept > /root/note");
        assertFreezes(layout);
        KernelCounters before = host.counters(id).orElseThrow();
        host.ensureStopped(id, Duration.ofSeconds(20));
        ContextFacts stopped = host.inspect(id);
        assertFalse(stopped.running());
        KernelCounters after = host.counters(id).orElseThrow();
        assertEquals(0, after.processes());
        assertTrue(after.cpuUsec() >= before.cpuUsec(), "CPU time survives the stop");
        assertTrue(after.netTxBytes() >= before.netTxBytes() && before.netTxBytes() > 0, "traffic survives the stop");
        assertTrue(after.diskBytes() > 0);

        KernelFixture.steps(host, layout).forEach(Runnable::run);
        ContextFacts again = host.inspect(id);
        assertTrue(again.running());
        assertNotEquals(running.initStartNanos(), again.initStartNanos());
        assertEquals("kept\n", fixture.run(layout, "cat", "/root/note").output());
        assertRescues(layout);

        KernelFixture.remove(host, id);
        assertEquals(ContextFacts.none(id), host.inspect(id));
        assertFalse(fixture.knownContexts().contains(id));
        assertEquals(List.of(), fixture.traces(layout));
    }

    /** A busy loop gets nothing while it is held, and goes on as the same process; it is left frozen, for the stop that follows. */
    private static void assertFreezes(ContextLayout layout) throws IOException {
        LinuxHost host = fixture.host();
        String id = layout.contextId();
        fixture.shell(layout, "setsid sh -c 'while :; do :; done' >/dev/null 2>&1 </dev/null & echo $! > /run/loop");
        long init = host.inspect(id).initStartNanos();

        host.ensureFrozen(id, true);
        host.ensureFrozen(id, true);
        assertTrue(host.inspect(id).frozen());
        long held = host.cpuUsageMicros(id).orElseThrow();
        for (int look = 0; look < 100; look++) {
            host.inspect(id);
        }
        assertEquals(held, host.cpuUsageMicros(id).orElseThrow());

        host.ensureFrozen(id, false);
        assertFalse(host.inspect(id).frozen());
        assertEquals(init, host.inspect(id).initStartNanos());
        fixture.shell(layout, "kill -0 $(cat /run/loop)");
        await().until(() -> host.cpuUsageMicros(id).orElseThrow() > held + 50_000);
        host.ensureFrozen(id, true);
    }

    /** Key, names, machine id and addresses are the spec's, and the key is told to the portal as it is. */
    private static void assertIdentity(ContextLayout layout) throws IOException {
        assertEquals(
                layout.spec().hostname() + "\n", fixture.run(layout, "hostname").output());
        assertEquals(
                layout.contextId().replace("-", "") + "\n",
                fixture.run(layout, "cat", "/etc/machine-id").output());
        assertEquals(
                Specs.KEY + "\n",
                fixture.run(layout, "cat", "/root/.ssh/authorized_keys").output());
        assertEquals(
                "0 0 600\n",
                fixture.run(layout, "stat", "-c", "%u %g %a", "/root/.ssh/authorized_keys")
                        .output());
        String key = fixture.run(layout, "ssh-keygen", "-lf", "/" + SshHostKey.PUBLIC_PATH)
                .output();
        List<String> told = fixture.host().sshFingerprints(layout.contextId());
        assertEquals(1, told.size());
        assertTrue(key.contains(told.getFirst()), key);
    }

    private static void assertChangesWhileItRuns(ContextLayout layout) throws IOException {
        String before = fixture.run(layout, "cat", "/etc/shadow").output();
        ContextLayout changed = Specs.withPassword(
                KernelFixture.changed(layout, "renamed", layout.spec().addresses()), 1);
        fixture.host().ensureFiles(changed);

        assertEquals("renamed\n", fixture.run(layout, "hostname").output());
        assertEquals("renamed\n", fixture.run(layout, "cat", "/etc/hostname").output());
        assertNotEquals(
                "renamed",
                Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        String after = fixture.run(layout, "cat", "/etc/shadow").output();
        assertEquals(before.replaceFirst("(?m)^root:[^:]*:", "root:X:"), after.replace(Specs.PASSWORD_HASH, "X"));
        assertEquals(
                "0 shadow 640\n",
                fixture.run(layout, "stat", "-c", "%u %G %a", "/etc/shadow").output());

        fixture.shell(layout, "sed -i 's/^root:[^:]*:/root:mine:/' /etc/shadow");
        fixture.host().ensureFiles(changed);
        assertTrue(fixture.run(layout, "cat", "/etc/shadow").output().contains("root:mine:"));
        fixture.host().ensureFiles(Specs.withPassword(layout, 2));
        assertFalse(fixture.run(layout, "cat", "/etc/shadow").output().contains("root:mine:"));
        assertEquals(
                layout.spec().hostname() + "\n", fixture.run(layout, "hostname").output());
        assertSeed(layout);
    }

    /** Its own root is below /mnt, to be written to, under its own ids; what is written beside it goes with the rescue system. */
    private static void assertRescues(ContextLayout layout) throws IOException {
        LinuxHost host = fixture.host();
        String id = layout.contextId();
        Optional<String> image = Optional.of(layout.spec().imageDigest());
        ContextLayout rescue =
                new ContextLayout(layout.spec().withBoot(new Boot(0, List.of(), image)), layout.baseId());
        host.ensureStopped(id, Duration.ZERO);
        host.ensureUnmounted(id);
        host.ensureRescue(rescue);
        host.ensureRescue(rescue);
        KernelFixture.steps(host, rescue).forEach(Runnable::run);
        assertEquals(image, host.inspect(id).rescue());
        assertTrue(host.inspect(id).running());

        assertIdentity(rescue);
        assertEquals("kept\n", fixture.run(layout, "cat", "/mnt/root/note").output());
        ExecResult written = fixture.shell(
                layout,
                "test ! -e /root/note && echo mended >> /mnt/root/note && chown 1000:1001 /mnt/root/note"
                        + " && echo gone > /root/rescued && stat -c '%u %g' /mnt/etc/shadow");
        assertEquals(0, written.exitCode(), written.output());
        assertEquals("0 42\n", written.output());
        Path note = fixture.config().context(id).resolve("upper/root/note");
        assertEquals("kept\nmended\n", Files.readString(note));
        assertEquals((int) (layout.baseId() + 1000), Files.getAttribute(note, "unix:uid"));

        host.ensureStopped(id, Duration.ofSeconds(20));
        host.ensureUnmounted(id);
        host.ensureNoRescue(id);
        assertFalse(Files.exists(fixture.config().rescue(id)));
        KernelFixture.steps(host, layout).forEach(Runnable::run);
        assertEquals(Optional.empty(), host.inspect(id).rescue());
        assertEquals(
                "kept\nmended\n",
                fixture.shell(layout, "test ! -e /root/rescued && cat /root/note")
                        .output());
    }

    private static void assertSeed(ContextLayout layout) throws IOException {
        String seed = "/var/lib/cloud/seed/nocloud";
        fixture.host().ensureFiles(Specs.withUserData(layout, "#!/bin/sh\necho über\n"));
        assertEquals(
                "#!/bin/sh\necho über\n",
                fixture.run(layout, "cat", seed + "/user-data").output());
        assertEquals(
                "700 0 0\n600 0 0\n600 0 0\n600 0 0\n",
                fixture.shell(
                                layout,
                                "stat -c '%%a %%u %%g' %1$s %1$s/user-data %1$s/meta-data %1$s/network-config"
                                        .formatted(seed))
                        .output());
    }

    private static void awaitSystemd(ContextLayout layout) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertEquals(
                        "running\n",
                        fixture.run(layout, "systemctl", "is-system-running").output(),
                        () -> "failed: " + failedUnits(layout)));
    }

    private static List<String> failedUnits(ContextLayout layout) {
        List<String> command = List.of("systemctl", "--failed", "--no-legend", "--plain");
        try {
            return fixture.run(layout, command.toArray(String[]::new))
                    .output()
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /** A tunnel, a file system of a program's, and a proc in a namespace of its own: what works with the features, and devices not without. */
    @Test
    void featuresAreWhatTheyAllowAndNoMore() throws IOException {
        String tun = "ip tuntap add dev t0 mode tun && ip link show t0";
        String fuse = "exec 3<>/dev/fuse && mkdir -p /tmp/f"
                + " && mount -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 probe /tmp/f";
        String proc = "unshare --user --map-root-user --mount --pid --fork mount -t proc proc /proc";
        ContextLayout plain = fixture.started(Specs.limits(256, 128, 256));
        // without lxcfs over it, a proc of its own can be mounted by anybody: there is nothing the second one could
        // show
        for (String attempt : List.of(tun, fuse)) {
            assertNotEquals(0, fixture.run(plain, "sh", "-c", attempt).exitCode(), attempt);
        }
        KernelFixture.remove(fixture.host(), plain.contextId());

        ContextLayout featured = new ContextLayout(
                plain.spec().withBoot(new Boot(0, List.of(Feature.NESTING, Feature.FUSE, Feature.TUN))),
                plain.baseId());
        KernelFixture.steps(fixture.host(), featured).forEach(Runnable::run);
        for (String attempt : List.of(tun, fuse, proc)) {
            ExecResult result = fixture.run(featured, "sh", "-c", attempt);
            assertEquals(0, result.exitCode(), () -> attempt + ": " + result.output());
        }
        KernelFixture.remove(fixture.host(), plain.contextId());
        assertEquals(List.of(), fixture.traces(plain));
    }

    @Test
    void everyStepIsHarmlessToRepeat() {
        ContextLayout layout = fixture.started(Specs.limits(256, 128, 128));
        ContextFacts facts = fixture.host().inspect(layout.contextId());
        List<String> key = fixture.host().sshFingerprints(layout.contextId());
        KernelFixture.steps(fixture.host(), layout).forEach(Runnable::run);
        KernelFixture.steps(fixture.restartedHost(), layout).forEach(Runnable::run);
        assertEquals(facts, fixture.restartedHost().inspect(layout.contextId()));
        assertEquals(key, fixture.host().sshFingerprints(layout.contextId()));
    }

    @Test
    void aRebootFromInsideIsTheSameContextWithAnotherInit() throws IOException {
        ContextLayout layout = fixture.started(Specs.limits(512, 256, 128));
        long first = fixture.host().inspect(layout.contextId()).initStartNanos();
        awaitSystemd(layout);
        fixture.shell(layout, "systemctl reboot");
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            ContextFacts facts = fixture.host().inspect(layout.contextId());
            return facts.running() && facts.initStartNanos() != first;
        });
        fixture.host().ensureStarted(layout);
        awaitSystemd(layout);
        assertTrue(fixture.host().inspect(layout.contextId()).running());
    }

    @Test
    void twoContextsHaveTwoHostKeys() {
        ContextLayout one = fixture.started(Specs.limits(256, 128, 128));
        ContextLayout other = fixture.started(Specs.limits(256, 128, 128));
        assertNotEquals(
                fixture.host().sshFingerprints(one.contextId()), fixture.host().sshFingerprints(other.contextId()));
    }

    @Test
    void aBrokenArchiveLeavesNoImage() throws IOException {
        Path archive = Files.writeString(directory.resolve("broken.tar.gz"), "no archive");
        Set<String> before = fixture.host().images();
        String other = "sha256:" + "1".repeat(64);
        assertThrows(HostException.class, () -> fixture.host().ensureImage(other, archive));
        assertEquals(before, fixture.host().images());
        assertEquals(before.size(), Directories.names(fixture.config().images()).size());
    }

    @Test
    void aStartThatFailsSaysWhyAndLeavesNothingRunning() {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        fixture.host().ensureStorage(layout);
        fixture.host().ensureMounted(layout);
        fixture.host().ensureCgroup(layout);
        fixture.host().ensureNetwork(layout);
        Tree tree = Tree.open(fixture.config().rootfs(layout.contextId()), layout.baseId());
        try (tree) {
            tree.write("usr/sbin/init", new byte[0], 0644);
            tree.write("sbin/init", new byte[0], 0644);
        }
        ExplainedException failure =
                assertThrows(ExplainedException.class, () -> fixture.host().ensureStarted(layout));
        assertEquals(
                "no-init", failure.explanation().code(), failure.explanation().detail());
        assertFalse(fixture.host().inspect(layout.contextId()).running());
        KernelFixture.remove(fixture.host(), layout.contextId());
        assertTrue(fixture.host().inspect(layout.contextId()).nothingLeft());
    }

    @Test
    void anAddressThatTheHostRoutesElsewhereIsNamedAndLeftAlone() {
        ContextLayout layout = fixture.layout(Specs.limits(256, 128, 128));
        String route = layout.spec().addresses().getFirst() + "/32";
        Programs programs = new Programs();
        programs.check(Programs.Command.of("ip", "route", "add", "blackhole", route));
        try {
            ExplainedException failure = assertThrows(
                    ExplainedException.class,
                    () -> KernelFixture.steps(fixture.host(), layout).forEach(Runnable::run));
            assertEquals("address-taken", failure.explanation().code());
            assertTrue(String.valueOf(failure.getMessage())
                    .contains(layout.spec().addresses().getFirst()));
            KernelFixture.remove(fixture.host(), layout.contextId());
            String left = programs.check(Programs.Command.of("ip", "route", "show", "to", "exact", route));
            assertTrue(left.startsWith("blackhole"), left);
        } finally {
            programs.check(Programs.Command.of("ip", "route", "delete", "blackhole", route));
        }
        assertTrue(fixture.host().inspect(layout.contextId()).nothingLeft());
    }

    @Test
    void theDoctorFindsNothingMissing() {
        assertEquals(
                List.of(),
                fixture.host().doctor().stream()
                        .filter(finding -> finding.level() == Finding.Level.MISSING)
                        .toList());
    }
}
