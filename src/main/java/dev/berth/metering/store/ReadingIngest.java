package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.fleet.ReadingSink;
import dev.berth.metering.Clocks;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes batches of a node's journal in. Rows and the acknowledged number are written in one transaction that holds the
 * journal's row, so that two batches at once, a repeat, or an answer that got lost change nothing.
 */
@ApplicationScoped
public class ReadingIngest implements ReadingSink {
    private static final HexFormat HEX = HexFormat.of();

    private final Database database;
    private final Transactions transactions;
    private final ReadingRows rows;
    private final NodeClocks clocks;
    private final Findings findings;
    private final InstantSource clock;

    ReadingIngest(
            Database database,
            Transactions transactions,
            ReadingRows rows,
            NodeClocks clocks,
            Findings findings,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.rows = rows;
        this.clocks = clocks;
        this.findings = findings;
        this.clock = clock;
    }

    /** @param clocks of the last record; empty where an older portal stored it */
    private record Journal(long ackedSeq, String lastHash, Optional<Clocks> clocks) {
        static Journal of(Row row) {
            return new Journal(
                    row.number("acked_seq"),
                    HEX.formatHex(row.bytes("last_hash")),
                    row.optionalUuid("last_boot_id")
                            .map(boot -> new Clocks(
                                    boot,
                                    row.instant("last_utc"),
                                    Duration.ofNanos(row.number("last_monotonic_nanos")))));
        }
    }

    @Override
    public Result take(UUID nodeId, PublicKey key, Readings batch) {
        Optional<String> fault = batch.records().isEmpty() ? Optional.empty() : BatchCheck.fault(batch, key);
        if (fault.isPresent()) {
            return new Result.Broken(fault.get());
        }
        Result result = transactions.run(() -> append(nodeId, key, batch));
        if (result instanceof Result.Early early) {
            findings.seen(nodeId, Finding.Kind.CLOCK_AHEAD, early.detail());
        }
        return result;
    }

    private Result append(UUID nodeId, PublicKey key, Readings batch) {
        Journal journal = locked(nodeId);
        List<Entry> records = batch.records();
        if (records.isEmpty()) {
            return new Result.Acked(journal.ackedSeq());
        }
        if (records.getFirst().seq() > journal.ackedSeq() + 1) {
            return new Result.Hole(journal.ackedSeq() + 1);
        }
        Optional<String> contradiction = contradiction(nodeId, records, journal);
        if (contradiction.isPresent()) {
            return new Result.Broken(contradiction.get());
        }
        List<Entry> fresh =
                records.stream().filter(e -> e.seq() > journal.ackedSeq()).toList();
        if (fresh.isEmpty()) {
            return new Result.Acked(journal.ackedSeq());
        }
        Optional<String> early = clocks.ahead(fresh);
        if (early.isPresent()) {
            return new Result.Early(early.get());
        }
        store(nodeId, key, batch, fresh, journal);
        clocks.jump(journal.clocks(), fresh)
                .ifPresent(detail -> findings.seen(nodeId, Finding.Kind.CLOCK_JUMP, detail));
        findings.over(nodeId, Finding.Kind.CLOCK_AHEAD, "readings came whose time is not ahead");
        return new Result.Acked(fresh.getLast().seq());
    }

    private Journal locked(UUID nodeId) {
        Optional<Journal> journal = lock(nodeId);
        if (journal.isEmpty()) {
            database.update(
                    "INSERT IGNORE INTO node_journal (node_id, acked_seq, last_hash) VALUES (?, 0, ?)",
                    nodeId,
                    HEX.parseHex(Readings.GENESIS));
        }
        return journal.or(() -> lock(nodeId)).orElseThrow();
    }

    private Optional<Journal> lock(UUID nodeId) {
        return database.one(
                "SELECT acked_seq, last_hash, last_boot_id, last_utc, last_monotonic_nanos FROM node_journal"
                        + " WHERE node_id = ? FOR UPDATE",
                Journal::of,
                nodeId);
    }

    /**
     * A repeated record must be the stored one, where it is still kept, and the first new one must follow the last stored
     * one.
     */
    private Optional<String> contradiction(UUID nodeId, List<Entry> records, Journal journal) {
        Entry first = records.getFirst();
        if (first.seq() > journal.ackedSeq()) {
            return first.prevHash().equals(journal.lastHash())
                    ? Optional.empty()
                    : Optional.of("record %d does not follow what is stored".formatted(first.seq()));
        }
        Map<Long, String> stored = new HashMap<>();
        database.list(
                        "SELECT seq, hash FROM reading WHERE node_id = ? AND seq BETWEEN ? AND ?",
                        row -> Map.entry(row.number("seq"), HEX.formatHex(row.bytes("hash"))),
                        nodeId,
                        first.seq(),
                        records.getLast().seq())
                .forEach(e -> stored.put(e.getKey(), e.getValue()));
        return records.stream()
                .filter(r -> !stored.getOrDefault(r.seq(), r.hash()).equals(r.hash()))
                .findFirst()
                .map(r -> "record %d is not the one that was sent before".formatted(r.seq()))
                .or(() -> unlike(records, journal));
    }

    /** Where a repeat ends at or passes the journal's end, that record must be the one the journal ends with. */
    private static Optional<String> unlike(List<Entry> records, Journal journal) {
        return records.stream()
                .filter(r -> r.seq() == journal.ackedSeq() && !r.hash().equals(journal.lastHash()))
                .findFirst()
                .map(r -> "record %d is not the one that was sent before".formatted(r.seq()));
    }

    private void store(UUID nodeId, PublicKey key, Readings batch, List<Entry> fresh, Journal journal) {
        long lastSeq = fresh.getLast().seq();
        rows.insert(nodeId, journal.lastHash(), fresh);
        database.update(
                "INSERT INTO reading_batch (node_id, last_seq, first_seq, signature, public_key, received_at,"
                        + " root_signature, leaves_from, leaves) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                nodeId,
                lastSeq,
                fresh.getFirst().seq(),
                batch.signature(),
                key.getEncoded(),
                clock.instant(),
                batch.rootSignature(),
                batch.rootSignature().map(_ -> batch.records().getFirst().seq()),
                batch.rootSignature().map(_ -> leaves(batch.records())));
        Entry last = fresh.getLast();
        database.update(
                "UPDATE node_journal SET acked_seq = ?, last_hash = ?, last_boot_id = ?, last_utc = ?,"
                        + " last_monotonic_nanos = ? WHERE node_id = ?",
                lastSeq,
                HEX.parseHex(last.hash()),
                UUID.fromString(last.reading().bootId()),
                Instant.ofEpochMilli(last.reading().utcMillis()),
                last.reading().monotonicNanos(),
                nodeId);
    }

    private static byte[] leaves(List<Entry> records) {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        records.forEach(entry -> hashes.writeBytes(HEX.parseHex(entry.hash())));
        return hashes.toByteArray();
    }
}
