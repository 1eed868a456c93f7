package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.fleet.ReadingSink;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
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
    private final InstantSource clock;

    ReadingIngest(Database database, Transactions transactions, ReadingRows rows, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.rows = rows;
        this.clock = clock;
    }

    private record Journal(long ackedSeq, String lastHash) {}

    @Override
    public Result take(UUID nodeId, PublicKey key, Readings batch) {
        Optional<String> fault = batch.records().isEmpty() ? Optional.empty() : BatchCheck.fault(batch, key);
        if (fault.isPresent()) {
            return new Result.Broken(fault.get());
        }
        return transactions.run(() -> append(nodeId, key, batch));
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
        store(nodeId, key, batch, fresh);
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
                "SELECT acked_seq, last_hash FROM node_journal WHERE node_id = ? FOR UPDATE",
                row -> new Journal(row.number("acked_seq"), HEX.formatHex(row.bytes("last_hash"))),
                nodeId);
    }

    /** A repeated record must be the stored one, and the first new one must follow the last stored one. */
    private Optional<String> contradiction(UUID nodeId, List<Entry> records, Journal journal) {
        List<String> stored = database.list(
                "SELECT hash FROM reading WHERE node_id = ? AND seq BETWEEN ? AND ? ORDER BY seq",
                row -> HEX.formatHex(row.bytes("hash")),
                nodeId,
                records.getFirst().seq(),
                records.getLast().seq());
        for (int i = 0; i < stored.size(); i++) {
            if (!stored.get(i).equals(records.get(i).hash())) {
                return Optional.of("record %d is not the one that was sent before"
                        .formatted(records.get(i).seq()));
            }
        }
        Entry first = records.getFirst();
        boolean follows = first.seq() <= journal.ackedSeq() || first.prevHash().equals(journal.lastHash());
        return follows
                ? Optional.empty()
                : Optional.of("record %d does not follow what is stored".formatted(first.seq()));
    }

    private void store(UUID nodeId, PublicKey key, Readings batch, List<Entry> fresh) {
        long lastSeq = fresh.getLast().seq();
        rows.insert(nodeId, fresh);
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
        database.update(
                "UPDATE node_journal SET acked_seq = ?, last_hash = ? WHERE node_id = ?",
                lastSeq,
                HEX.parseHex(fresh.getLast().hash()),
                nodeId);
    }

    private static byte[] leaves(List<Entry> records) {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        records.forEach(entry -> hashes.writeBytes(HEX.parseHex(entry.hash())));
        return hashes.toByteArray();
    }
}
