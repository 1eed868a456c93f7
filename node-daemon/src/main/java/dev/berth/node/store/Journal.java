package dev.berth.node.store;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The hash-chained journal of readings. Append-only but for the oldest acknowledged records. */
public final class Journal {
    /** Acknowledged records that are kept, for a portal that comes back from a backup and asks for them again. */
    static final int KEPT_ACKED = 20_000;

    /** Records that are checked at a time. */
    private static final int CHECKED_AT_ONCE = 1_000;

    private static final String COLUMNS = "seq, prev_hash, hash, reading FROM journal";

    /**
     * What a check of the chain found.
     *
     * @param broken what is wrong with the first record that is, empty when all are right
     */
    public record Check(long records, long firstSeq, long lastSeq, long ackedSeq, Optional<String> broken) {}

    private final Database database;

    public Journal(Database database) {
        this.database = database;
    }

    /** Appends as part of a transaction, so that a record and the meter it was read from are stored together. */
    public Entry append(Sql sql, Reading reading) throws SQLException {
        Optional<Entry> last = sql.first("SELECT " + COLUMNS + " ORDER BY seq DESC LIMIT 1", Journal::entry);
        long seq = last.map(Entry::seq).orElse(0L) + 1;
        String prevHash = last.map(Entry::hash).orElse(Readings.GENESIS);
        String hash = JournalText.hash(prevHash, seq, reading);
        sql.update(
                "INSERT INTO journal (seq, prev_hash, hash, context_id, reading) VALUES (?, ?, ?, ?, ?)",
                seq,
                prevHash,
                hash,
                reading.contextId(),
                Json.text(reading));
        return new Entry(seq, prevHash, hash, reading);
    }

    public long ackedSeq() {
        return database.read(sql -> sql.number("SELECT acked_seq FROM journal_state"));
    }

    public long lastSeq() {
        return database.read(sql -> sql.number("SELECT max(seq) FROM journal"));
    }

    /** Records from a number on, at most so many. */
    public List<Entry> from(long seq, int limit) {
        return database.read(sql ->
                sql.list("SELECT " + COLUMNS + " WHERE seq >= ? ORDER BY seq LIMIT ?", Journal::entry, seq, limit));
    }

    /** The portal has everything up to here. The last record is always kept: the next one needs its hash. */
    public void acked(long seq) {
        database.note(sql -> {
            sql.update("UPDATE journal_state SET acked_seq = ?", seq);
            sql.update("DELETE FROM journal WHERE seq <= ? AND seq < (SELECT max(seq) FROM journal)", seq - KEPT_ACKED);
        });
        database.restoreReserve();
    }

    /** Checks every record's hash and its link to the one before. */
    public Check check() {
        long records = 0;
        long firstSeq = 0;
        Optional<Entry> before = Optional.empty();
        while (true) {
            List<Entry> some = from(before.map(Entry::seq).orElse(0L) + 1, CHECKED_AT_ONCE);
            if (some.isEmpty()) {
                return new Check(records, firstSeq, before.map(Entry::seq).orElse(0L), ackedSeq(), Optional.empty());
            }
            for (Entry entry : some) {
                firstSeq = records == 0 ? entry.seq() : firstSeq;
                records++;
                Optional<String> fault = fault(before, entry);
                if (fault.isPresent()) {
                    return new Check(records, firstSeq, entry.seq(), ackedSeq(), fault);
                }
                before = Optional.of(entry);
            }
        }
    }

    private static Optional<String> fault(Optional<Entry> before, Entry entry) {
        if (!entry.intact()) {
            return Optional.of("record %d is not what its hash says".formatted(entry.seq()));
        }
        if (before.isEmpty()) {
            boolean starts = entry.seq() > 1 || entry.prevHash().equals(Readings.GENESIS);
            return starts ? Optional.empty() : Optional.of("record 1 does not begin a chain");
        }
        if (entry.seq() != before.get().seq() + 1) {
            return Optional.of("record %d is missing".formatted(before.get().seq() + 1));
        }
        return entry.prevHash().equals(before.get().hash())
                ? Optional.empty()
                : Optional.of("record %d does not follow the one before".formatted(entry.seq()));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong(1), row.getString(2), row.getString(3), Json.read(row.getString(4), Reading.class));
    }
}
