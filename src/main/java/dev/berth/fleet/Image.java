package dev.berth.fleet;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** An image a VPS can be made of: a gzip-compressed tar of a root file system, known by its digest. */
public record Image(
        UUID id,
        String digest,
        String name,
        String distribution,
        String release,
        long sizeBytes,
        Instant createdAt,
        Optional<Instant> retiredAt) {
    static final String COLUMNS = "id, digest, name, distribution, release_name, size_bytes, created_at, retired_at";

    static Image of(Row row) {
        return new Image(
                row.uuid("id"),
                row.text("digest"),
                row.text("name"),
                row.text("distribution"),
                row.text("release_name"),
                row.number("size_bytes"),
                row.instant("created_at"),
                row.optionalInstant("retired_at"));
    }
}
