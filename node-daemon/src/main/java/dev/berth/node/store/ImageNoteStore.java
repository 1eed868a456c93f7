package dev.berth.node.store;

import dev.berth.contract.ImageInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the portal said of images when they were fetched, and over which image each snapshot was taken. */
public final class ImageNoteStore {
    private final Database database;

    /** @param sizeBytes of the archive */
    public record Note(String name, long sizeBytes) {}

    public ImageNoteStore(Database database) {
        this.database = database;
    }

    public void fetched(ImageInfo image) {
        database.note(sql -> sql.update(
                "INSERT INTO image (digest, name, size_bytes) VALUES (?, ?, ?) ON CONFLICT (digest)"
                        + " DO UPDATE SET name = excluded.name, size_bytes = excluded.size_bytes",
                image.digest(),
                image.name(),
                image.sizeBytes()));
    }

    public void removed(String digest) {
        database.note(sql -> sql.update("DELETE FROM image WHERE digest = ?", digest));
    }

    /** Empty for what was fetched before there were notes. */
    public Optional<Note> find(String digest) {
        return database.read(sql -> sql.first(
                "SELECT name, size_bytes FROM image WHERE digest = ?",
                row -> new Note(row.getString(1), row.getLong(2)),
                digest));
    }

    /** To be called before the snapshot is there: one without a note keeps every image. */
    public void snapshotRestsOn(String contextId, String snapshotId, String digest) {
        database.note(sql -> sql.update(
                "INSERT INTO snapshot_image (context_id, snapshot_id, digest) VALUES (?, ?, ?)"
                        + " ON CONFLICT (context_id, snapshot_id) DO UPDATE SET digest = excluded.digest",
                contextId,
                snapshotId,
                digest));
    }

    public void snapshotRemoved(String contextId, String snapshotId) {
        database.note(sql -> sql.update(
                "DELETE FROM snapshot_image WHERE context_id = ? AND snapshot_id = ?", contextId, snapshotId));
    }

    /** Digests by snapshot, of all contexts. */
    public Map<String, String> imagesOfSnapshots() {
        return database.read(sql -> {
            Map<String, String> images = new HashMap<>();
            sql.list(
                            "SELECT snapshot_id, digest FROM snapshot_image",
                            row -> Map.entry(row.getString(1), row.getString(2)))
                    .forEach(entry -> images.put(entry.getKey(), entry.getValue()));
            return images;
        });
    }
}
