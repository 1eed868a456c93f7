package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Reading;
import dev.berth.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a batch, with what can only be said beside the reading before. */
@ApplicationScoped
class ReadingRows {
    private static final HexFormat HEX = HexFormat.of();
    private static final String INSERT = "INSERT INTO reading (" + StoredReading.COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Database database;

    ReadingRows(Database database) {
        this.database = database;
    }

    /** Where a context's timeline stands: what the next reading is compared with. */
    private record Place(Instant effectiveAt, String epoch, Readings.Counters counters) {
        static Place of(StoredReading r) {
            return new Place(r.effectiveAt(), epoch(r.reading()), r.reading().counters());
        }

        static String epoch(Reading r) {
            return r.bootId() + "/" + r.startNo();
        }
    }

    void insert(UUID nodeId, List<Entry> entries) {
        Set<String> contexts = new HashSet<>();
        entries.forEach(e -> contexts.add(e.reading().contextId()));
        Map<String, Place> places = places(nodeId, contexts);
        Set<String> known = known(nodeId, contexts);
        List<@Nullable Object[]> rows = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            String context = entry.reading().contextId();
            rows.add(row(nodeId, entry, places, known.contains(context)));
        }
        database.updateAll(INSERT, rows);
    }

    private static @Nullable Object[] row(UUID nodeId, Entry entry, Map<String, Place> places, boolean known) {
        Reading r = entry.reading();
        Readings.Counters c = r.counters();
        Instant utc = Instant.ofEpochMilli(r.utcMillis());
        Place before = places.get(r.contextId());
        Instant effective = before != null && before.effectiveAt().isAfter(utc) ? before.effectiveAt() : utc;
        boolean faulty = before != null && wentBack(before, r);
        places.put(r.contextId(), new Place(effective, Place.epoch(r), c));
        return new @Nullable Object[] {
            nodeId,
            entry.seq(),
            UUID.fromString(r.contextId()),
            r.kind(),
            r.generation(),
            UUID.fromString(r.bootId()),
            r.startNo(),
            utc,
            effective,
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
            r.gapReason(),
            HEX.parseHex(entry.prevHash()),
            HEX.parseHex(entry.hash()),
            known,
            faulty
        };
    }

    private static boolean wentBack(Place before, Reading r) {
        boolean sameEpoch = before.epoch().equals(Place.epoch(r)) && r.kind() != Readings.Kind.CHECKPOINT;
        Readings.Counters a = before.counters();
        Readings.Counters b = r.counters();
        return sameEpoch
                && (b.cpuUsec() < a.cpuUsec()
                        || b.memoryByteSeconds().compareTo(a.memoryByteSeconds()) < 0
                        || b.diskByteSeconds().compareTo(a.diskByteSeconds()) < 0
                        || snapshots(b).compareTo(snapshots(a)) < 0
                        || b.netTxBytes() < a.netTxBytes()
                        || b.netRxBytes() < a.netRxBytes()
                        || b.addressSeconds() < a.addressSeconds()
                        || b.uptimeSeconds() < a.uptimeSeconds());
    }

    private static BigInteger snapshots(Readings.Counters counters) {
        return counters.snapshotByteSeconds().orElse(BigInteger.ZERO);
    }

    private Map<String, Place> places(UUID nodeId, Set<String> contexts) {
        Map<String, Place> places = new HashMap<>();
        database.list(
                        "SELECT " + StoredReading.COLUMNS + " FROM reading WHERE node_id = ? AND seq IN ("
                                + "SELECT MAX(seq) FROM reading WHERE node_id = ? AND context_id IN ("
                                + marks(contexts.size()) + ") GROUP BY context_id)",
                        StoredReading::of,
                        values(contexts, nodeId, nodeId))
                .forEach(r -> places.put(r.reading().contextId(), Place.of(r)));
        return places;
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
