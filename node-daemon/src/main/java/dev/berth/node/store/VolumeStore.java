package dev.berth.node.store;

import dev.berth.node.plan.VolumeCount;
import java.util.Optional;

/** What of each context's traffic counts against its volume cap. */
public final class VolumeStore {
    private final Database database;

    public VolumeStore(Database database) {
        this.database = database;
    }

    public Optional<VolumeCount> find(String contextId) {
        return database.read(sql -> sql.first(
                "SELECT since_seconds, before_bytes, slowed FROM volume WHERE context_id = ?",
                row -> new VolumeCount(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                contextId));
    }

    /** Noted, not flushed: a loss of power may give back what passed in a few seconds. */
    public void save(String contextId, VolumeCount count) {
        database.note(sql -> sql.update(
                "INSERT INTO volume (context_id, since_seconds, before_bytes, slowed) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (context_id) DO UPDATE SET since_seconds = excluded.since_seconds,"
                        + " before_bytes = excluded.before_bytes, slowed = excluded.slowed",
                contextId,
                count.sinceSeconds(),
                count.before(),
                count.slowed() ? 1 : 0));
    }

    public void remove(String contextId) {
        database.note(sql -> sql.update("DELETE FROM volume WHERE context_id = ?", contextId));
    }
}
