package dev.berth.node.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Local;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.json.Json;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeterStateTest {
    private static final String BOOT = "3f1d2c4b-5a69-4788-96a5-b4c3d2e1f001";
    private static final String NEXT_BOOT = "3f1d2c4b-5a69-4788-96a5-b4c3d2e1f002";
    private static final long SECOND = 1_000_000_000;

    @Test
    void countersGoOnWhereTheKernelGoesOn() {
        MeterState state = running().advanced(at(BOOT, 10, 500, 100, 20));
        assertEquals(500, state.counters(0).cpuUsec());
        assertEquals(900, state.advanced(at(BOOT, 20, 900, 100, 20)).counters(0).cpuUsec());
    }

    @Test
    void counterThatBeganAnewIsAddedToWhatWas() {
        MeterState state = running().advanced(at(BOOT, 10, 500, 0, 0)).advanced(at(BOOT, 20, 30, 0, 0));
        assertEquals(530, state.counters(0).cpuUsec());
        assertEquals(540, state.advanced(at(BOOT, 30, 40, 0, 0)).counters(0).cpuUsec());
    }

    @Test
    void afterABootCountersBeganAnewEvenWhenAlreadyPastTheOldOnes() {
        MeterState state = running().advanced(at(BOOT, 10, 500, 0, 0)).advanced(at(NEXT_BOOT, 3, 700, 0, 0));
        assertEquals(1_200, state.counters(0).cpuUsec());
    }

    @Test
    void timeOfTheBootIsNotCounted() {
        MeterState state = running().advanced(at(BOOT, 10, 0, 100, 20)).advanced(at(NEXT_BOOT, 3, 0, 100, 20));
        assertEquals(10, state.counters(0).uptimeSeconds());
        assertEquals(10, state.counters(0).addressSeconds());
    }

    @Test
    void countersThatCannotBeReadForAWhileAreNotCountedTwice() {
        MeterState state = running()
                .advanced(at(BOOT, 10, 500, 100, 20))
                .advanced(new Snapshot(BOOT, 20 * SECOND, 20_000, Optional.empty()))
                .advanced(at(BOOT, 30, 600, 100, 20));
        assertEquals(600, state.counters(0).cpuUsec());
    }

    @Test
    void memoryIsTheSmallerOfTwoLooks() {
        MeterState state = running().advanced(at(BOOT, 10, 0, 100, 0)).advanced(at(BOOT, 20, 0, 40, 0));
        assertEquals(BigInteger.valueOf(400), state.counters(0).memoryByteSeconds());
        assertEquals(
                BigInteger.valueOf(400 + 400),
                state.advanced(at(BOOT, 30, 0, 90, 0)).counters(0).memoryByteSeconds());
    }

    @Test
    void stoppedContextStillHoldsDiskAndAddress() {
        MeterState stopped = running().advanced(at(BOOT, 10, 0, 100, 20)).withRunning(false);
        MeterState later = stopped.advanced(at(BOOT, 20, 0, 100, 20));
        assertEquals(10, later.counters(0).uptimeSeconds());
        assertEquals(20, later.counters(0).addressSeconds());
        assertEquals(BigInteger.valueOf(200), later.counters(0).diskByteSeconds());
    }

    @Test
    void runThatEndedUnseenIsNotCountedToTheLook() {
        MeterState state = running().advanced(at(BOOT, 10, 0, 100, 0));
        Snapshot dead = new Snapshot(
                BOOT, 20 * SECOND, 20_000, Optional.of(new KernelCounters(5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals(10, state.advanced(dead).counters(0).uptimeSeconds());
    }

    @Test
    void aTerabyteForYearsSurvivesAsText() {
        long terabyte = 1_000_000_000_000L;
        MeterState state =
                running().advanced(at(BOOT, 10, 0, 0, terabyte)).advanced(at(BOOT, 400L * 86_400, 0, 0, terabyte));
        BigInteger expected = BigInteger.valueOf(terabyte).multiply(BigInteger.valueOf(400L * 86_400 - 10));
        assertEquals(expected, state.counters(0).diskByteSeconds());
        assertTrue(expected.bitLength() > Long.SIZE - 1);
        assertEquals(state, Json.read(Json.text(state), MeterState.class));
    }

    @Test
    void snapshotsAreMeasuredFromWhenTheyAreThere() {
        MeterState none = running().advanced(at(BOOT, 10, 0, 0, 0));
        assertEquals(Optional.empty(), none.counters(0).snapshotByteSeconds());

        MeterState some = none.withSnapshots(100).withRunning(false).advanced(at(BOOT, 15, 0, 0, 0));
        assertEquals(Optional.of(BigInteger.valueOf(500)), some.counters(0).snapshotByteSeconds());

        MeterState fewer = some.withSnapshots(0).advanced(at(BOOT, 25, 0, 0, 0));
        assertEquals(Optional.of(BigInteger.valueOf(500)), fewer.counters(0).snapshotByteSeconds());
        assertEquals(fewer, Json.read(Json.text(fewer), MeterState.class));
        MeterState booted = some.advanced(at(NEXT_BOOT, 25, 0, 0, 0));
        assertEquals(Optional.of(BigInteger.valueOf(500)), booted.counters(0).snapshotByteSeconds());
    }

    @Test
    void whatWasKeptBeforeThereWereSnapshotsIsRead() {
        MeterState state = running().advanced(at(BOOT, 10, 500, 100, 20));
        String old = Json.text(state).replace(",\"snapshots\":null", "").replace("\"snapshotBytes\":0,", "");
        assertFalse(old.contains("snapshot"), old);
        assertEquals(state, Json.read(old, MeterState.class));
    }

    @Test
    void localTrafficIsAPartOfAll() {
        MeterState state = running().advanced(network(BOOT, 10, 100, 40)).advanced(network(BOOT, 20, 300, 90));
        assertEquals(Optional.of(new Local(90, 45)), state.counters(0).local());

        MeterState booted = state.advanced(network(NEXT_BOOT, 5, 10, 10));
        assertEquals(Optional.of(new Local(100, 50)), booted.counters(0).local());
        assertEquals(310, booted.counters(0).netTxBytes());
    }

    /** Without the part's own counter for a while, and with an older one of the whole: still no more than the whole. */
    @Test
    void localTrafficIsNeverMoreThanAll() {
        MeterState state = running().advanced(network(BOOT, 10, 100, 100));
        MeterState anew = state.advanced(network(BOOT, 20, 100, 50));
        assertEquals(Optional.of(new Local(100, 50)), anew.counters(0).local());
    }

    @Test
    void whatWasKeptBeforeLocalTrafficWasToldApartIsRead() {
        MeterState state = running().advanced(network(BOOT, 10, 100, 0));
        String old = Json.text(state).replace(",\"localTxBytes\":0,\"localRxBytes\":0", "");
        assertFalse(old.contains("local"), old);
        assertEquals(state, Json.read(old, MeterState.class));
    }

    @Test
    void survivesAsText() {
        MeterState state = running().advanced(at(BOOT, 10, 500, 100, 20)).opened();
        assertEquals(state, Json.read(Json.text(state), MeterState.class));
    }

    private static MeterState running() {
        return MeterState.created(at(BOOT, 0, 0, 0, 0), 1).withRunning(true);
    }

    /** Half as much is received as is sent. */
    private static Snapshot network(String boot, long seconds, long sent, long local) {
        KernelCounters raw = new KernelCounters(0, 0, 0, 0, 3, sent, sent / 2, 0, 0, local, local / 2);
        return new Snapshot(boot, seconds * SECOND, seconds * 1_000, Optional.of(raw));
    }

    private static Snapshot at(String boot, long seconds, long cpu, long memory, long disk) {
        return new Snapshot(
                boot,
                seconds * SECOND,
                seconds * 1_000,
                Optional.of(new KernelCounters(cpu, 0, memory, disk, 3, 0, 0, 0, 0, 0, 0)));
    }
}
