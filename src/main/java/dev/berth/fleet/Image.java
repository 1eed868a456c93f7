package dev.berth.fleet;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageSignature;
import dev.berth.platform.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

/**
 * An image a VPS can be made of: a gzip-compressed tar of a root file system, known by its digest.
 *
 * @param architecture as Debian names it; empty where nobody said
 * @param signature of who vouches for it; empty where nobody does
 * @param endOfLife the last day (UTC) on which its distribution gives security updates; empty where nobody said
 * @param soldAfterEndOfLife whether it can be ordered after that day all the same
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
        Optional<ImageSignature> signature,
        Optional<LocalDate> endOfLife,
        boolean soldAfterEndOfLife) {
    static final String COLUMNS = "id, digest, name, distribution, release_name, size_bytes, created_at, retired_at,"
            + " architecture, key_id, signature, end_of_life, sold_after_end_of_life";

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
                row.optionalText("signature").map(value -> new ImageSignature(row.text("key_id"), value)),
                row.optionalDate("end_of_life"),
                row.flag("sold_after_end_of_life"));
    }

    /** Whether it can be ordered on a day, as far as its age goes. */
    public boolean soldOn(LocalDate day) {
        return soldAfterEndOfLife || endOfLife.filter(day::isAfter).isEmpty();
    }

    /** What nodes are told of it. */
    ImageInfo info() {
        return new ImageInfo(digest, name, distribution, release, sizeBytes, architecture, signature);
    }
}
