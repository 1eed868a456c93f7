package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.StorageStatus;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.Finding;
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

/** The disk a context was sold, on whichever quota driver the test's directory offers. */
class DiskKernelIT {
    /** What the context itself writes meanwhile: its journal above all. */
    private static final long SLACK = 16L << 20;

    private static KernelFixture fixture;
    private static boolean inodes;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        inodes = fixture.host().facts().capacity().inodeLimits();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    /** The host under test says which driver it is there to show: a quota that silently was not offered must not pass. */
    @Test
    void theDriverIsTheOneThisHostIsFor() {
        String driver = fixture.host().facts().capacity().quotaDriver();
        assertEquals(System.getProperty("berth.test.quota", driver), driver);
        assertEquals(driver.equals("project"), inodes);
        Finding finding = fixture.host().doctor().stream()
                .filter(found -> found.capability().equals("disk quota"))
                .findFirst()
                .orElseThrow();
        assertTrue(finding.found().startsWith(driver), finding.found());
    }

    @Test
    void dfShowsThePlanWhereTheFilesystemCan() throws IOException {
        ContextLayout layout = fixture.started(limits(192, 5_000));
        long kibibytes = Long.parseLong(fixture.shell(layout, "df --output=size -k / | tail -n 1")
                .output()
                .strip());
        if (inodes) {
            assertEquals(192L << 10, kibibytes);
            assertEquals(
                    "5000",
                    fixture.shell(layout, "df --output=itotal / | tail -n 1")
                            .output()
                            .strip());
        } else {
            assertTrue(kibibytes > 192L << 10, "the pool: " + kibibytes);
        }
    }

    @Test
    void whatIsUsedAndAllowedIsReadBack() throws IOException {
        ContextLayout layout = fixture.started(limits(192, 5_000));
        Path layer = fixture.config().context(layout.contextId());
        QuotaDriver driver = new Store(fixture.config(), new Programs()).quota();
        assertEquals(
                Optional.of(new DiskLimit(192L << 20, inodes ? Optional.of(5_000L) : Optional.empty())),
                driver.limit(layer));
        StorageStatus.Limit said =
                fixture.host().storageLimit(layout.contextId()).orElseThrow();
        assertEquals(new StorageStatus.Limit(192L << 20, inodes ? Optional.of(5_000L) : Optional.empty()), said);
        assertEquals(0, fixture.shell(layout, "sync").exitCode());
        DiskUse before = driver.used(layer);
        assertEquals(
                0,
                fixture.shell(layout, "dd if=/dev/urandom of=/root/data bs=1M count=32 conv=fsync && sync")
                        .exitCode());
        DiskUse after = driver.used(layer);
        long grown = after.bytes() - before.bytes();
        assertTrue(grown >= 32L << 20 && grown <= (32L << 20) + SLACK, "32 MiB are %d bytes".formatted(grown));
        long told = fixture.host().counters(layout.contextId()).orElseThrow().diskBytes();
        assertTrue(Math.abs(told - after.bytes()) <= SLACK, "%d and %d".formatted(told, after.bytes()));
        if (inodes) {
            assertTrue(after.inodes() > before.inodes() && after.inodes() < before.inodes() + 20, after.toString());
        }
    }

    @Test
    void aLimitOfFilesHolds() throws IOException {
        if (!inodes) {
            return;
        }
        ContextLayout layout = fixture.started(limits(256, 2_000));
        ExecResult many = fixture.shell(
                layout,
                "mkdir /root/many && perl -e 'for (1..4000) { open(my $f, \">\", \"/root/many/$_\") or die \"$!\\n\" }'");
        assertNotEquals(0, many.exitCode());
        assertTrue(many.output().matches("(?s).*(Disk quota exceeded|No space left on device).*"), many.output());
        fixture.host().ensureStorage(with(layout, limits(256, 8_000)));
        assertEquals(
                0,
                fixture.shell(
                                layout,
                                "perl -e 'for (1..4000) { open(my $f, \">\", \"/root/many/$_\") or die \"$!\\n\" }'")
                        .exitCode());
        ContextLayout fewer = with(layout, limits(256, 1_000));
        fixture.host().ensureStorage(fewer);
        assertTrue(refusal(fewer).matches("the disk cannot shrink to 1000 files: there are 4\\d{3}"), refusal(fewer));
    }

    @Test
    void shrinkingBelowWhatIsUsedIsRefusedWithTheFigure() throws IOException {
        ContextLayout layout = fixture.started(limits(192, 5_000));
        assertEquals(0, write(layout, "big", 96));
        ContextLayout smaller = with(layout, limits(64, 5_000));

        fixture.host().ensureStorage(smaller);
        String refusal = refusal(smaller);
        assertTrue(
                refusal.matches(
                        "the disk cannot shrink to 67108864 bytes \\(64 MiB\\): \\d+ bytes \\(\\d+ MiB\\) are in use"),
                refusal);
        assertEquals(0, write(layout, "more", 16), "the limit is the old one");

        assertEquals(0, fixture.shell(layout, "rm /root/big && sync").exitCode());
        fixture.host().ensureStorage(smaller);
        fixture.host().ensureStorageLimit(smaller);
        assertNotEquals(0, write(layout, "big", 96));
    }

    /** As where a filesystem frees the blocks of a removed file after a while: the step that finds room sets the limit. */
    @Test
    void roomThatIsFoundLaterIsStillALimit() throws IOException {
        ContextLayout layout = fixture.started(limits(192, 5_000));
        assertEquals(0, write(layout, "big", 96));
        ContextLayout smaller = with(layout, limits(64, 5_000));
        fixture.host().ensureStorage(smaller);

        assertEquals(0, fixture.shell(layout, "rm /root/big && sync").exitCode());
        fixture.host().ensureStorageLimit(smaller);

        assertNotEquals(0, write(layout, "big", 96));
    }

    private static String refusal(ContextLayout layout) {
        return String.valueOf(
                assertThrows(HostException.class, () -> fixture.host().ensureStorageLimit(layout))
                        .getMessage());
    }

    /** The root of a context owns its files, but not to whom they are charged. */
    @Test
    void nothingIsChargedToSomeoneElse() throws IOException {
        ContextLayout layout = fixture.started(limits(64, 5_000));
        // FS_IOC_FSSETXATTR: no project, nor inheritance of one
        fixture.shell(
                layout,
                "mkdir -p /root/free; perl -e 'for my $d (\"/\", \"/root\", \"/root/free\") { open(my $f, \"<\", $d); "
                        + "ioctl($f, 0x401c5820, pack(\"L5x8\", 0, 0, 0, 0, 0)) }'");
        String script = "dd if=/dev/urandom of=/root/free/big bs=1M count=128 conv=fsync";
        assertNotEquals(0, fixture.shell(layout, script).exitCode());
        assertTrue(fixture.host().counters(layout.contextId()).orElseThrow().diskBytes() >= 48L << 20);
    }

    @Test
    void aTreeDeeperThanAnyPathIsRemoved() throws IOException {
        ContextLayout layout = fixture.started(limits(256, 5_000));
        ExecResult deep = fixture.shell(
                layout,
                "perl -e 'chdir(\"/root\"); for (1..40) { mkdir(\"d\" x 200) or die \"$!\\n\"; chdir(\"d\" x 200) }'");
        assertEquals(0, deep.exitCode(), deep.output());
        KernelFixture.remove(fixture.host(), layout.contextId());
        assertEquals(List.of(), fixture.traces(layout));
    }

    /** An id is given out again when its context is gone: nothing of the old one's disk may stay with it. */
    @Test
    void aRemovedContextLeavesNoUseAndNoLimit() throws IOException {
        ContextLayout layout = fixture.layout(limits(64, 5_000));
        fixture.host().ensureStorage(layout);
        Files.write(fixture.config().context(layout.contextId()).resolve("upper/data"), new byte[8 << 20]);
        fixture.host().ensureNoStorage(layout.contextId());

        QuotaDriver driver = new Store(fixture.config(), new Programs()).quota();
        Path layer = fixture.config().context(layout.contextId());
        driver.make(layer, layout.baseId() / ContextLayout.ID_RANGE);
        assertEquals(Optional.empty(), driver.limit(layer));
        // xfs frees the blocks of what was removed in the background (fs/xfs/xfs_icache.c, inodegc)
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertTrue(
                        driver.used(layer).bytes() < 1L << 20,
                        driver.used(layer).toString()));
        driver.remove(layer);
    }

    @Test
    void aFullDiskIsTheContextsOwn() throws IOException {
        ContextLayout full = fixture.started(Specs.limits(512, 256, 64));
        ContextLayout neighbour = fixture.started(Specs.limits(512, 256, 64));
        ExecResult result = fixture.shell(full, "dd if=/dev/urandom of=/root/big bs=1M count=128 conv=fsync");
        assertNotEquals(0, result.exitCode());
        assertTrue(result.output().matches("(?s).*(Disk quota exceeded|No space left on device).*"), result.output());
        assertTrue(disk(full) <= 64L << 20, "within the limit: " + disk(full));
        assertTrue(disk(full) >= 48L << 20, "and not far below it: " + disk(full));

        ExecResult other = fixture.shell(neighbour, "dd if=/dev/urandom of=/root/big bs=1M count=32 conv=fsync");
        assertEquals(0, other.exitCode(), other.output());
        Path hosts = fixture.config().store().resolve("of-the-host");
        Files.write(hosts, new byte[8 << 20]);
        Files.delete(hosts);

        // A customer with a full disk must be able to restart, and to make room.
        fixture.host().ensureStopped(full.contextId(), Duration.ofSeconds(20));
        KernelFixture.steps(fixture.host(), full).forEach(Runnable::run);
        assertEquals(0, fixture.shell(full, "rm /root/big && sync").exitCode());
        assertEquals(
                0,
                fixture.shell(full, "dd if=/dev/zero of=/root/small bs=1M count=4 conv=fsync")
                        .exitCode());
    }

    @Test
    void aLargerPlanIsALargerDiskAtOnce() throws IOException {
        ContextLayout small = fixture.started(Specs.limits(512, 256, 64));
        assertNotEquals(0, write(small, 96));
        ContextLayout large = new ContextLayout(
                Specs.spec(
                        small.contextId(),
                        small.spec().hostname(),
                        small.spec().imageDigest(),
                        small.spec().addresses(),
                        Specs.limits(512, 256, 256)),
                small.baseId());
        fixture.host().ensureStorage(large);
        fixture.host().ensureCgroup(large);
        assertEquals(0, write(large, 96));
    }

    private static int write(ContextLayout layout, int mebibytes) throws IOException {
        String script = "dd if=/dev/urandom of=/root/data bs=1M count=%d conv=fsync".formatted(mebibytes);
        return fixture.shell(layout, script).exitCode();
    }

    private static long disk(ContextLayout layout) {
        return fixture.host().counters(layout.contextId()).orElseThrow().diskBytes();
    }

    private static Limits limits(long mebibytes, long files) {
        Limits limits = Specs.limits(256, 256, mebibytes);
        return new Limits(
                limits.cpuBaselineMilli(),
                limits.cpuCeilingMilli(),
                limits.cpuBankMillis(),
                limits.memoryBytes(),
                limits.processes(),
                limits.diskBytes(),
                Optional.of(files));
    }

    private static ContextLayout with(ContextLayout layout, Limits limits) {
        ContextSpec old = layout.spec();
        return new ContextLayout(
                Specs.spec(old.contextId(), old.hostname(), old.imageDigest(), old.addresses(), limits),
                layout.baseId());
    }

    private static int write(ContextLayout layout, String name, int mebibytes) throws IOException {
        String script = "dd if=/dev/urandom of=/root/%s bs=1M count=%d conv=fsync".formatted(name, mebibytes);
        return fixture.shell(layout, script).exitCode();
    }
}
