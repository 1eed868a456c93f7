package dev.berth.metering.store;

import dev.berth.metering.MeterReading;
import dev.berth.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Where each context's timeline stands: what its next reading is compared with. Remembered for as many contexts as
 * there is room for, the rest is asked for.
 *
 * <p>What is remembered of a node goes with the hash of its journal's last record, which the caller holds locked: where
 * another replica took a batch, or a transaction was rolled back, the hash differs and nothing of it is used. Equal
 * hashes are equal journals.
 */
@ApplicationScoped
class NewestReadings {
    /** About 40 MB. */
    private static final int MOST_CONTEXTS = 50_000;

    private static final int AT_ONCE = 50;

    private final Database database;

    /** Least recently used first; guarded by this. */
    private final Map<UUID, Remembered> remembered = new LinkedHashMap<>();

    private int contexts;

    NewestReadings(Database database) {
        this.database = database;
    }

    private record Remembered(String lastHash, Map<String, MeterReading> newest) {}

    /** @return of those contexts that have one, for the caller to change */
    Map<String, MeterReading> before(UUID nodeId, String lastHash, Collection<String> wanted) {
        Map<String, MeterReading> newest = new HashMap<>(take(nodeId, lastHash));
        List<String> unknown =
                wanted.stream().filter(c -> !newest.containsKey(c)).toList();
        for (int from = 0; from < unknown.size(); from += AT_ONCE) {
            ask(nodeId, unknown.subList(from, Math.min(unknown.size(), from + AT_ONCE)), newest);
        }
        return newest;
    }

    private synchronized Map<String, MeterReading> take(UUID nodeId, String lastHash) {
        Optional<Remembered> there = Optional.ofNullable(remembered.remove(nodeId));
        contexts -= there.map(r -> r.newest().size()).orElse(0);
        return there.filter(r -> r.lastHash().equals(lastHash))
                .map(Remembered::newest)
                .orElse(Map.of());
    }

    /** What a batch leads to that ends with this hash; it need not be committed. */
    synchronized void stands(UUID nodeId, String lastHash, Map<String, MeterReading> newest) {
        take(nodeId, "");
        if (newest.size() > MOST_CONTEXTS) {
            return;
        }
        remembered.put(nodeId, new Remembered(lastHash, newest));
        contexts += newest.size();
        while (contexts > MOST_CONTEXTS) {
            take(remembered.keySet().iterator().next(), "");
        }
    }

    private void ask(UUID nodeId, List<String> some, Map<String, MeterReading> newest) {
        String one = "(SELECT " + StoredReading.COLUMNS + " FROM reading FORCE INDEX (ix_reading_time)"
                + " WHERE node_id = ? AND context_id = ? ORDER BY effective_at DESC, seq DESC LIMIT 1)";
        List<Object> values = new ArrayList<>();
        some.forEach(context -> values.addAll(List.of(nodeId, context)));
        database.list(
                        String.join(" UNION ALL ", Collections.nCopies(some.size(), one)),
                        StoredReading::of,
                        values.toArray())
                .forEach(r -> newest.put(r.reading().contextId(), r.forMetering()));
    }
}
