package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Reading;
import dev.berth.metering.MeterReading;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Succession;
import dev.berth.platform.Database;
import dev.berth.units.NodeId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a batch, with what can only be said beside the reading before. */
@ApplicationScoped
class ReadingRows {
    private static final HexFormat HEX = HexFormat.of();
    private static final String INSERT = "INSERT INTO reading (" + StoredReading.COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String INSERT_EDGE = "INSERT INTO reading_edge (node_id, context_id, effective_at, seq,"
            + " before_seq, before_at, faulty) VALUES (?, ?, ?, ?, ?, ?, ?)";

    private final Database database;
    private final NewestReadings newest;

    ReadingRows(Database database, NewestReadings newest) {
        this.database = database;
        this.newest = newest;
    }

    /**
     * @param after hash of the journal's last record before these
     */
    void insert(UUID nodeId, String after, List<Entry> entries) {
        Set<String> contexts = new HashSet<>();
        entries.forEach(e -> contexts.add(e.reading().contextId()));
        Map<String, MeterReading> before = newest.before(nodeId, after, contexts);
        Set<String> known = known(nodeId, contexts);
        List<@Nullable Object[]> rows = new ArrayList<>(entries.size());
        List<@Nullable Object[]> edges = new ArrayList<>();
        for (Entry entry : entries) {
            String context = entry.reading().contextId();
            Optional<MeterReading> then = Optional.ofNullable(before.get(context));
            MeterReading now = placed(nodeId, entry, then);
            Succession succession = then.map(t -> Succession.of(t, now)).orElse(Succession.PLAIN);
            if (then.isPresent() && succession != Succession.PLAIN) {
                edges.add(edge(context, then.get(), now, succession));
            }
            before.put(context, now);
            rows.add(row(entry, now, known.contains(context), succession));
        }
        database.updateAll(INSERT, rows);
        database.updateAll(INSERT_EDGE, edges);
        newest.stands(nodeId, entries.getLast().hash(), before);
    }

    /** Time never goes back within a context: a clock that did stands instead. */
    private static MeterReading placed(UUID nodeId, Entry entry, Optional<MeterReading> before) {
        Instant utc = Instant.ofEpochMilli(entry.reading().utcMillis());
        Instant effective =
                before.map(MeterReading::at).filter(at -> at.isAfter(utc)).orElse(utc);
        return StoredReading.forMetering(new ReadingRef(new NodeId(nodeId), entry.seq()), entry.reading(), effective);
    }

    private static @Nullable Object[] edge(
            String context, MeterReading before, MeterReading now, Succession succession) {
        return new @Nullable Object[] {
            now.ref().node().value(),
            UUID.fromString(context),
            now.at(),
            now.ref().seq(),
            before.ref().seq(),
            before.at(),
            succession == Succession.FAULT
        };
    }

    private static @Nullable Object[] row(Entry entry, MeterReading now, boolean known, Succession succession) {
        Reading r = entry.reading();
        Readings.Counters c = r.counters();
        return new @Nullable Object[] {
            now.ref().node().value(),
            entry.seq(),
            UUID.fromString(r.contextId()),
            r.kind(),
            r.generation(),
            UUID.fromString(r.bootId()),
            r.startNo(),
            Instant.ofEpochMilli(r.utcMillis()),
            now.at(),
            r.monotonicNanos(),
            r.running(),
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
            c.cpuTokens(),
            c.snapshotByteSeconds(),
            c.local().map(Readings.Local::txBytes),
            c.local().map(Readings.Local::rxBytes),
            c.boughtCpu().map(Readings.BoughtCpu::creditMicros),
            c.boughtCpu().map(Readings.BoughtCpu::surplusMicros),
            r.gapReason(),
            HEX.parseHex(entry.prevHash()),
            HEX.parseHex(entry.hash()),
            known,
            succession == Succession.FAULT
        };
    }

    private Set<String> known(UUID nodeId, Set<String> contexts) {
        return new HashSet<>(database.list(
                "SELECT id FROM vps WHERE node_id = ? AND id IN (" + marks(contexts.size()) + ")",
                row -> row.uuid("id").toString(),
                values(contexts, nodeId)));
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static Object[] values(Set<String> contexts, Object... before) {
        List<Object> values = new ArrayList<>(List.of(before));
        values.addAll(contexts);
        return values.toArray();
    }
}
