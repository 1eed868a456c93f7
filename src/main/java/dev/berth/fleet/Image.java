package dev.berth.fleet;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageSignature;
import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An image a VPS can be made of: a gzip-compressed tar of a root file system, known by its digest.
 *
 * @param architecture as Debian names it; empty where nobody said
 * @param signature of who vouches for it; empty where nobody does
 */
public record Image(
        UUID id,
        String digest,
        String name,
        String distribution,
        String release,
        long sizeBytes,
        Instant createdAt,
        Optional<Instant> retiredAt,
        Optional<String> architecture,
        Optional<ImageSignature> signature) {
    static final String COLUMNS = "id, digest, name, distribution, release_name, size_bytes, created_at, retired_at,"
            + " architecture, key_id, signature";

    static Image of(Row row) {
        return new Image(
                row.uuid("id"),
                row.text("digest"),
                row.text("name"),
                row.text("distribution"),
                row.text("release_name"),
                row.number("size_bytes"),
                row.instant("created_at"),
                row.optionalInstant("retired_at"),
                row.optionalText("architecture"),
                row.optionalText("signature").map(value -> new ImageSignature(row.text("key_id"), value)));
    }

    /** What nodes are told of it. */
    ImageInfo info() {
        return new ImageInfo(digest, name, distribution, release, sizeBytes, architecture, signature);
    }
}
