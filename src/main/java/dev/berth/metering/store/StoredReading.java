package dev.berth.metering.store;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Reading;
import dev.berth.metering.Counters;
import dev.berth.metering.Epoch;
import dev.berth.metering.MeterReading;
import dev.berth.metering.ReadingRef;
import dev.berth.platform.Row;
import dev.berth.units.NodeId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * A reading as it is in the database.
 *
 * @param effectiveAt the node's clock, but never before the context's reading before
 * @param prevHash of the record before in the node's journal, hexadecimal
 * @param known whether the context was a VPS of the node when it came
 * @param faulty whether a counter went back within its epoch
 */
public record StoredReading(
        ReadingRef ref,
        Reading reading,
        Instant effectiveAt,
        String prevHash,
        String hash,
        boolean known,
        boolean faulty) {
    static final String COLUMNS = "node_id, seq, context_id, kind, generation, boot_id, start_no, utc, effective_at,"
            + " monotonic_nanos, running, cpu_usec, cpu_throttled_usec, memory_byte_seconds, disk_byte_seconds,"
            + " net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes, address_seconds, uptime_seconds,"
            + " cpu_tokens, snapshot_byte_seconds, local_tx_bytes, local_rx_bytes, cpu_credit_usec, cpu_surplus_usec,"
            + " gap_reason, prev_hash, hash, known, faulty";

    /** Whether the content still is what the hash says. */
    public boolean intact() {
        return hash.equals(JournalText.hash(prevHash, ref.seq(), reading));
    }

    /** What money is computed from. */
    public MeterReading forMetering() {
        return forMetering(ref, reading, effectiveAt);
    }

    static MeterReading forMetering(ReadingRef ref, Reading reading, Instant effectiveAt) {
        Readings.Counters c = reading.counters();
        Optional<Readings.Local> local = c.local();
        Optional<Readings.BoughtCpu> bought = c.boughtCpu();
        return new MeterReading(
                ref,
                MeterReading.Kind.valueOf(reading.kind().name()),
                new Epoch(UUID.fromString(reading.bootId()), reading.startNo()),
                effectiveAt,
                new Counters(
                        BigInteger.valueOf(c.cpuUsec()),
                        c.memoryByteSeconds(),
                        c.diskByteSeconds(),
                        BigInteger.valueOf(c.netTxBytes()),
                        BigInteger.valueOf(c.netRxBytes()),
                        BigInteger.valueOf(c.addressSeconds()),
                        BigInteger.valueOf(c.uptimeSeconds()),
                        c.snapshotByteSeconds().orElse(BigInteger.ZERO),
                        BigInteger.valueOf(local.map(Readings.Local::txBytes).orElse(0L)),
                        BigInteger.valueOf(local.map(Readings.Local::rxBytes).orElse(0L)),
                        BigInteger.valueOf(
                                bought.map(Readings.BoughtCpu::creditMicros).orElse(0L)),
                        BigInteger.valueOf(
                                bought.map(Readings.BoughtCpu::surplusMicros).orElse(0L))));
    }

    static StoredReading of(Row row) {
        return new StoredReading(
                new ReadingRef(new NodeId(row.uuid("node_id")), row.number("seq")),
                reading(row),
                row.instant("effective_at"),
                HexFormat.of().formatHex(row.bytes("prev_hash")),
                HexFormat.of().formatHex(row.bytes("hash")),
                row.flag("known"),
                row.flag("faulty"));
    }

    private static Reading reading(Row row) {
        return new Reading(
                row.constant("kind", Readings.Kind.class),
                row.uuid("context_id").toString(),
                row.number("generation"),
                row.uuid("boot_id").toString(),
                row.number("start_no"),
                row.instant("utc").toEpochMilli(),
                row.number("monotonic_nanos"),
                row.flag("running"),
                counters(row),
                row.optionalText("gap_reason"));
    }

    private static Readings.Counters counters(Row row) {
        return new Readings.Counters(
                row.number("cpu_usec"),
                row.number("cpu_throttled_usec"),
                row.decimal("memory_byte_seconds").toBigIntegerExact(),
                row.decimal("disk_byte_seconds").toBigIntegerExact(),
                row.number("net_tx_bytes"),
                row.number("net_rx_bytes"),
                row.number("io_read_bytes"),
                row.number("io_write_bytes"),
                row.number("address_seconds"),
                row.number("uptime_seconds"),
                row.number("cpu_tokens"),
                row.optionalDecimal("snapshot_byte_seconds").map(BigDecimal::toBigIntegerExact),
                row.optionalNumber("local_tx_bytes")
                        .map(sent -> new Readings.Local(sent, row.number("local_rx_bytes"))),
                row.optionalNumber("cpu_credit_usec")
                        .map(credit -> new Readings.BoughtCpu(credit, row.number("cpu_surplus_usec"))));
    }
}
