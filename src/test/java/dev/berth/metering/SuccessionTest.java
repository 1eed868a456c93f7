package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.metering.MeterReading.Kind;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SuccessionTest {
    private static final Instant AT = Readings.time("10:00:00");
    private static final MeterReading BEFORE = Readings.of(1, Kind.SAMPLE, 1, AT, 100);

    private static Succession after(Kind kind, long startNo, long value) {
        return Succession.of(BEFORE, Readings.of(2, kind, startNo, AT, value));
    }

    /** The same counters, but for local traffic, which a node may stop telling apart. */
    private static MeterReading local(long seq, long sent, long received) {
        Counters c = Readings.counters(100);
        return new MeterReading(
                new ReadingRef(Readings.NODE, seq),
                Kind.SAMPLE,
                new Epoch(Readings.BOOT, 1),
                AT,
                new Counters(
                        c.cpuMicros(),
                        c.memoryByteSeconds(),
                        c.diskByteSeconds(),
                        c.sentBytes(),
                        c.receivedBytes(),
                        c.addressSeconds(),
                        c.uptimeSeconds(),
                        c.snapshotByteSeconds(),
                        BigInteger.valueOf(sent),
                        BigInteger.valueOf(received)));
    }

    @Test
    void countersThatGoOnOrStandArePlain() {
        assertEquals(Succession.PLAIN, after(Kind.SAMPLE, 1, 101));
        assertEquals(Succession.PLAIN, after(Kind.SAMPLE, 1, 100));
    }

    @Test
    void whateverIsNoSampleIsAnEdge() {
        assertEquals(Succession.EDGE, after(Kind.OPEN, 1, 100));
        assertEquals(Succession.EDGE, after(Kind.CLOSE, 1, 100));
        assertEquals(Succession.EDGE, after(Kind.GAP, 1, 100));
        assertEquals(Succession.EDGE, after(Kind.CHECKPOINT, 1, 100));
    }

    @Test
    void anotherEpochIsAnEdgeWhereverItsCountersBegin() {
        assertEquals(Succession.EDGE, after(Kind.SAMPLE, 2, 5));
        assertEquals(Succession.EDGE, after(Kind.SAMPLE, 2, 200));
        MeterReading rebooted = new MeterReading(
                new ReadingRef(Readings.NODE, 2), Kind.SAMPLE, new Epoch(new UUID(7, 7), 1), AT, BEFORE.counters());
        assertEquals(Succession.EDGE, Succession.of(BEFORE, rebooted));
    }

    @Test
    void aCounterThatGoesBackIsAFaultUnlessItBeginsAnew() {
        assertEquals(Succession.FAULT, after(Kind.SAMPLE, 1, 99));
        assertEquals(Succession.FAULT, after(Kind.CLOSE, 1, 99));
        assertEquals(Succession.EDGE, after(Kind.CHECKPOINT, 1, 99));
    }

    @Test
    void localTrafficThatIsNoLongerToldApartIsAnEdge() {
        assertEquals(Succession.PLAIN, Succession.of(local(1, 40, 40), local(2, 40, 41)));
        assertEquals(Succession.EDGE, Succession.of(local(1, 40, 40), local(2, 39, 40)));
        assertEquals(Succession.EDGE, Succession.of(local(1, 40, 40), local(2, 40, 0)));
    }
}
