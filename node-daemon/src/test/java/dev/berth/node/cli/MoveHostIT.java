package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.host.ContextFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two Debian hosts on a bridge, with project quota on another file system each, and a context that goes from one to the other: first in
 * vain, because a byte changes on the way, then for good. berthd is killed on either while pieces pass. The portal and this test are
 * where the bridge is.
 */
@TestMethodOrder(MethodName.class)
class MoveHostIT {
    /** Between a look at the balance and one at the kernel's counter a little is used. */
    private static final long TOKENS_SLACK = 4_000;

    private static final Journey JOURNEY = new Journey();

    @BeforeAll
    static void itMoves() throws Exception {
        JOURNEY.begin();
        JOURNEY.goInVain();
        JOURNEY.go();
    }

    @AfterAll
    static void end() {
        JOURNEY.close();
    }

    @Test
    void aChangedByteIsRefusedAndTheContextIsBackAsItWas() {
        assertTrue(
                JOURNEY.refusal().contains("cannot be moved")
                        || JOURNEY.refusal().contains("sha256:"),
                JOURNEY.refusal());
        assertEquals(JOURNEY.before(), JOURNEY.back());
    }

    @Test
    void theTreeIsWhatItWas() {
        assertEquals(JOURNEY.before(), JOURNEY.after());
        assertTrue(JOURNEY.before().contains("cap_net_raw"), JOURNEY.before());
    }

    @Test
    void itsAddressAnswersFromTheOtherHost() throws IOException {
        assertTrue(JOURNEY.target().shell("ip route get " + Journey.ADDRESS).contains(" dev b"));
        assertEquals("SSH-2.0", JOURNEY.bridge().answer(Journey.ADDRESS));
        assertTrue(JOURNEY.bridge().echoes(Journey.ADDRESS));
        assertEquals(
                JOURNEY.source().status(State.RUNNING).sshFingerprints(),
                JOURNEY.target().status(State.RUNNING).sshFingerprints());
    }

    @Test
    void itsLimitsHoldOnTheNewDisk() throws IOException {
        RemoteHost target = JOURNEY.target();
        List<String> group = target.shell(
                        "cd /sys/fs/cgroup/berth/%s; cat memory.max pids.max cpu.max".formatted(Journey.ID))
                .lines()
                .toList();
        assertEquals(Journey.LIMITS.memoryBytes() + "", group.get(0));
        assertEquals(Journey.LIMITS.processes() + "", group.get(1));
        assertNotEquals("max", group.get(2).split(" ", -1)[0]);
        assertEquals(
                "%d %d"
                        .formatted(
                                Journey.LIMITS.diskBytes() >> 10,
                                Journey.LIMITS.diskInodes().orElseThrow()),
                target.run(Journey.ID, "df --output=size,itotal -k / | tail -n 1 | tr -s ' '")
                        .strip());
        String more =
                "dd if=/dev/zero of=/root/more bs=1M count=%d conv=fsync".formatted(Journey.LIMITS.diskBytes() >> 20);
        assertNotEquals(0, target.exec(Journey.ID, more).exitCode());
        target.run(Journey.ID, "rm /root/more");
    }

    /** What left, and what came in since at the baseline's rate, without what was used here: neither full nor empty nor new. */
    @Test
    void itsBankCameAlong() {
        var bank = JOURNEY.departure().carried().bank().orElseThrow();
        // berthd looks at a bank that is far from empty once in 15 seconds
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            long used = usedMillis();
            long tokens =
                    JOURNEY.target().show(Journey.ID).sample().orElseThrow().cpuTokens();
            long filled = (System.currentTimeMillis() - bank.utcMillis()) * Journey.LIMITS.cpuBaselineMilli() / 1_000;
            long expected = bank.balanceNanos() / 1_000_000 + filled - used;
            System.out.printf(
                    "bank: %d tokens, %d carried, %d filled, %d used%n",
                    tokens, bank.balanceNanos() / 1_000_000, filled, used);
            assertTrue(Math.abs(tokens - expected) <= TOKENS_SLACK, "%d tokens, not %d".formatted(tokens, expected));
            assertTrue(
                    tokens < Journey.LAUNCH_TOKENS - used - TOKENS_SLACK, "as if it had been launched here: " + tokens);
        });
    }

    private static long usedMillis() throws IOException {
        return Long.parseLong(JOURNEY.target()
                .shell("awk '/^usage_usec/ {print int($2 / 1000)}' /sys/fs/cgroup/berth/%s/cpu.stat"
                        .formatted(Journey.ID))
                .strip());
    }

    @Test
    void whatWasMeasuredGoesOnWithoutOverlapAndLoss() {
        List<Reading> left = JOURNEY.source().readings();
        List<Reading> arrived = JOURNEY.target().readings();
        assertEquals(
                List.of(Kind.OPEN, Kind.CLOSE, Kind.CHECKPOINT, Kind.OPEN, Kind.CLOSE),
                turns(left).stream().map(Reading::kind).toList());
        assertEquals(
                List.of(Kind.CHECKPOINT, Kind.OPEN),
                turns(arrived).stream().map(Reading::kind).toList());
        Reading last = left.getLast();
        Reading first = arrived.getFirst();
        assertEquals(withoutTokens(last.counters()), withoutTokens(first.counters()));
        assertEquals(withoutTokens(JOURNEY.departure().carried().counters()), withoutTokens(last.counters()));
        assertEquals(last.startNo() + 1, turns(arrived).getLast().startNo());
        assertTrue(last.utcMillis() <= first.utcMillis());
        List<Reading> all = Stream.concat(left.stream(), arrived.stream()).toList();
        for (int i = 1; i < all.size(); i++) {
            Counters before = all.get(i - 1).counters();
            Counters now = all.get(i).counters();
            assertTrue(before.cpuUsec() <= now.cpuUsec() && before.uptimeSeconds() <= now.uptimeSeconds());
            assertTrue(before.addressSeconds() <= now.addressSeconds() && before.netTxBytes() <= now.netTxBytes());
            assertTrue(before.memoryByteSeconds().compareTo(now.memoryByteSeconds()) <= 0);
            assertTrue(before.diskByteSeconds().compareTo(now.diskByteSeconds()) <= 0);
        }
    }

    /** Each was killed once, in the middle. */
    @Test
    void bothJournalsAreUnbrokenAndAllOfThemHasArrived() throws IOException {
        for (RemoteHost host : List.of(JOURNEY.source(), JOURNEY.target())) {
            assertEquals(1, host.daemonRestarts());
            assertEquals(Optional.empty(), host.journal().broken());
            await().atMost(Journey.LONG)
                    .until(() ->
                            host.journal().lastSeq() == host.portal().records().size());
        }
    }

    @Test
    void theSourceHasNothingLeftAndRefusesTheOldGeneration() throws IOException {
        RemoteHost source = JOURNEY.source();
        source.portal().want(Journey.spec(Journey.LEAVES));
        await().atMost(Journey.LONG)
                .until(() -> !source.shell("journalctl --unit berthd --grep 'generation %d of %s is below %d' || true"
                                .formatted(Journey.LEAVES, Journey.ID, Journey.LEAVES + 1))
                        .contains("No entries"));
        ContextFacts facts = source.show(Journey.ID).facts();
        assertTrue(facts.nothingLeft(), facts.toString());
        assertEquals("", source.shell(Journey.TRACES));
        assertEquals("", JOURNEY.target().shell("ls -A %s/moves".formatted(RebootedHost.DATA)));
    }

    /** Without those of the hour, which may strike at any time. */
    private static List<Reading> turns(List<Reading> readings) {
        return readings.stream()
                .filter(reading -> reading.kind() != Kind.SAMPLE)
                .toList();
    }

    private static Counters withoutTokens(Counters c) {
        return new Counters(
                c.cpuUsec(),
                c.cpuThrottledUsec(),
                c.memoryByteSeconds(),
                c.diskByteSeconds(),
                c.netTxBytes(),
                c.netRxBytes(),
                c.ioReadBytes(),
                c.ioWriteBytes(),
                c.addressSeconds(),
                c.uptimeSeconds(),
                0);
    }
}
