package dev.berth.node.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.node.cpu.Moment;
import dev.berth.node.json.Json;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import dev.berth.node.testing.TestPortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simulated day without a portal, with a boot of the host in the middle; then the portal is there again. */
class PortalAwayTest {
    private static final int HALF_DAY_MINUTES = 12 * 60;
    private static final long DOWN_MILLIS = 40_000;
    private static final long STOP_MILLIS = 1_000;

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();

    @Test
    void aDayAndABootAreMeasuredAndArriveOnce() throws IOException {
        long bank;
        String firstBoot;
        try (TestNode node = new TestNode(directory, clock)) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            assertTrue(node.reconcile());
            pass(node, HALF_DAY_MINUTES);
            bank = node.governor.tokens(TestNode.CONTEXT).orElseThrow();
            firstBoot = node.host.facts().bootId();
        }
        reboot();
        try (TestNode node = new TestNode(directory, clock)) {
            assertTrue(node.reconcile(), "from its own disk");
            assertTrue(node.host.inspect(TestNode.CONTEXT).running());
            long after = node.governor.tokens(TestNode.CONTEXT).orElseThrow();
            assertTrue(Math.abs(after - bank) <= DOWN_MILLIS, "%d before, %d after".formatted(bank, after));
            pass(node, HALF_DAY_MINUTES);
            assertRight(node.records(), firstBoot);
            assertTrue(node.journal.check().broken().isEmpty());
        }
        arriveOnce();
    }

    private static void assertRight(List<Entry> records, String firstBoot) {
        Entry last = records.getLast();
        long ran = last.reading().counters().uptimeSeconds();
        assertTrue(ran > 86_400 - 2 * 3_600 && ran <= 86_400, () -> "ran %d s".formatted(ran));
        List<Kind> kinds = records.stream().map(entry -> entry.reading().kind()).toList();
        assertEquals(2, kinds.stream().filter(Kind.OPEN::equals).count());
        assertEquals(1, kinds.stream().filter(Kind.CLOSE::equals).count());
        assertEquals(24, kinds.stream().filter(Kind.SAMPLE::equals).count());
        assertEquals(firstBoot, records.get(kinds.indexOf(Kind.CLOSE)).reading().bootId());
        assertEquals(2, last.reading().startNo());
    }

    /** Over real TLS, with answers that fail in between. */
    private void arriveOnce() throws IOException {
        List<Entry> expected;
        try (TestNode node = new TestNode(directory, clock)) {
            expected = node.records();
        }
        try (TestPortal portal = new TestPortal()) {
            portal.want(TestNode.spec(1, DesiredState.RUNNING));
            portal.refuseReadings(2);
            Path token = Files.writeString(directory.resolve("token"), portal.joinToken());
            DaemonConfig config = DaemonConfig.of(Options.parse(
                    List.of(
                            "--simulated",
                            "--data-dir",
                            directory.toString(),
                            "--portal",
                            portal.uri().toString(),
                            "--join-token-file",
                            token.toString()),
                    Map.of()));
            Daemon.Environment environment =
                    new Daemon.Environment(TestNode.simulated(directory, clock), clock, "test", () -> "");
            try (Daemon daemon = new Daemon(config, environment)) {
                daemon.start();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> portal.records().size() >= expected.size());
            }
            List<Entry> arrived = portal.records();
            assertEquals(expected, arrived.subList(0, expected.size()));
            assertEquals(
                    LongStream.rangeClosed(1, arrived.size()).boxed().toList(),
                    arrived.stream().map(Entry::seq).toList());
        }
    }

    @Test
    void anHourEitherWayIsNotMeasured() {
        List<Long> uptime = new ArrayList<>();
        try (TestNode node = new TestNode(directory, clock)) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
            for (long hour : new long[] {3_600_000, -3_600_000, -3_600_000}) {
                pass(node, 1);
                clock.setUtcMillis(clock.utcMillis() + hour);
                node.meters.tick();
                node.meters.readAll();
                node.governor.tick(TestNode.CONTEXT, new Moment(clock.utcMillis(), clock.monotonicNanos()));
                uptime.add(node.records().getLast().reading().counters().uptimeSeconds());
            }
            assertTrue(node.journal.check().broken().isEmpty());
        }
        assertEquals(List.of(60L, 120L, 180L), uptime);
    }

    @Test
    void aNameAndAddressMayBeUsedAgain() {
        String next = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f02";
        try (TestNode node = new TestNode(directory, clock)) {
            node.want(TestNode.spec(1, DesiredState.RUNNING));
            node.reconcile();
            node.want(TestNode.spec(2, DesiredState.DELETED));
            assertTrue(node.reconcile());
            node.want(TestNode.spec(next, 1, DesiredState.RUNNING, 0));
            assertTrue(node.reconcile(next));

            assertTrue(node.host.inspect(TestNode.CONTEXT).nothingLeft());
            Entry last = node.records().getLast();
            assertEquals(next, last.reading().contextId());
            assertEquals(0, last.reading().counters().cpuUsec(), "it begins with nothing of the one before");
            assertEquals(Optional.empty(), node.journal.check().broken());
        }
    }

    /** Minute by minute, with a reading at each full hour of it. */
    private void pass(TestNode node, int minutes) {
        for (int minute = 1; minute <= minutes; minute++) {
            clock.pass(60_000);
            node.meters.tick();
            node.governor.tick(TestNode.CONTEXT, new Moment(clock.utcMillis(), clock.monotonicNanos()));
            if (minute % 60 == 0) {
                node.meters.readAll();
            }
        }
        node.governor.saveAll(new Moment(clock.utcMillis(), clock.monotonicNanos()));
    }

    /** What is on the disk stays; all else is gone, and the host has another boot id. */
    private void reboot() throws IOException {
        clock.pass(STOP_MILLIS);
        Path file = directory.resolve("simulated.json");
        ObjectNode state = Json.read(Files.readString(file), ObjectNode.class);
        state.put("bootId", "00000000-0000-4000-8000-000000000002");
        state.get("contexts").forEach(context -> {
            ((ObjectNode) context.get("parts"))
                    .put("mounted", false)
                    .put("network", false)
                    .put("cgroup", false);
            ((ObjectNode) context.get("run"))
                    .put("ranMillis", 0)
                    .put("sinceMillis", 0)
                    .put("startNanos", 0);
        });
        Files.write(file, Json.bytes(state));
        clock.pass(DOWN_MILLIS - STOP_MILLIS);
    }
}
