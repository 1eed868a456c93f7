package dev.berth.evidence;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings.BoughtCpu;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Local;
import dev.berth.contract.Readings.Reading;
import dev.berth.metering.Epoch;
import dev.berth.metering.MeterReading;
import dev.berth.metering.ReadingRef;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The way back from a record's canonical text to the reading. */
final class ReadingText {
    private static final int FIELDS = 12;
    private static final int COUNTERS = 11;

    private ReadingText() {}

    /** @throws BundleException when it is no such text, or not the only one for this reading */
    static Reading parse(long seq, String text) {
        try {
            Reading reading = reading(text.split("\\|", FIELDS));
            if (!JournalText.of(seq, reading).equals(text)) {
                throw new BundleException("its text is not that of record %d".formatted(seq));
            }
            return reading;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new BundleException("its text is not that of a record", e);
        }
    }

    private static Reading reading(String[] f) {
        String reason = f[11];
        return new Reading(
                Kind.valueOf(f[2]),
                f[3],
                Long.parseLong(f[4]),
                f[5],
                Long.parseLong(f[6]),
                Long.parseLong(f[7]),
                Long.parseLong(f[8]),
                Boolean.parseBoolean(f[9]),
                counters(f[0], f[10].split(",", -1)),
                Kind.valueOf(f[2]) == Kind.GAP ? Optional.of(reason) : Optional.empty());
    }

    private static Counters counters(String form, String[] c) {
        boolean bought = form.equals("v4");
        boolean local = form.equals("v3") || (bought && !c[COUNTERS + 1].equals("-"));
        Optional<BigInteger> snapshots = form.equals("v2") || ((local || bought) && !c[COUNTERS].equals("-"))
                ? Optional.of(new BigInteger(c[COUNTERS]))
                : Optional.empty();
        return new Counters(
                Long.parseLong(c[0]),
                Long.parseLong(c[1]),
                new BigInteger(c[2]),
                new BigInteger(c[3]),
                Long.parseLong(c[4]),
                Long.parseLong(c[5]),
                Long.parseLong(c[6]),
                Long.parseLong(c[7]),
                Long.parseLong(c[8]),
                Long.parseLong(c[9]),
                Long.parseLong(c[10]),
                snapshots,
                local
                        ? Optional.of(new Local(Long.parseLong(c[COUNTERS + 1]), Long.parseLong(c[COUNTERS + 2])))
                        : Optional.empty(),
                bought
                        ? Optional.of(new BoughtCpu(Long.parseLong(c[COUNTERS + 3]), Long.parseLong(c[COUNTERS + 4])))
                        : Optional.empty());
    }

    /** What money is computed from, as the portal's metering has it. */
    static MeterReading forMetering(ReadingRef ref, Reading reading, Instant effectiveAt) {
        Counters c = reading.counters();
        return new MeterReading(
                ref,
                MeterReading.Kind.valueOf(reading.kind().name()),
                new Epoch(UUID.fromString(reading.bootId()), reading.startNo()),
                effectiveAt,
                new dev.berth.metering.Counters(
                        BigInteger.valueOf(c.cpuUsec()),
                        c.memoryByteSeconds(),
                        c.diskByteSeconds(),
                        BigInteger.valueOf(c.netTxBytes()),
                        BigInteger.valueOf(c.netRxBytes()),
                        BigInteger.valueOf(c.addressSeconds()),
                        BigInteger.valueOf(c.uptimeSeconds()),
                        c.snapshotByteSeconds().orElse(BigInteger.ZERO),
                        BigInteger.valueOf(c.local().map(Local::txBytes).orElse(0L)),
                        BigInteger.valueOf(c.local().map(Local::rxBytes).orElse(0L)),
                        BigInteger.valueOf(
                                c.boughtCpu().map(BoughtCpu::creditMicros).orElse(0L)),
                        BigInteger.valueOf(
                                c.boughtCpu().map(BoughtCpu::surplusMicros).orElse(0L))));
    }
}
