package dev.berth.reconcile;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that does not fit, as it is kept.
 *
 * @param since from here on what is billed may be wrong
 * @param resolved when it fitted again
 */
public record Finding(
        UUID id,
        FindingKind kind,
        String detail,
        Optional<UUID> account,
        Optional<UUID> vps,
        Optional<UUID> node,
        Instant since,
        Instant firstSeen,
        Instant lastSeen,
        Optional<Instant> resolved,
        Optional<Acceptance> acceptance) {
    static final String COLUMNS = "id, kind, detail, account_id, vps_id, node_id, since, first_seen_at, last_seen_at,"
            + " resolved_at, accepted_at, accepted_by, accepted_because";

    /** Staff settled that it holds nobody's bill. */
    public record Acceptance(Instant at, String by, String because) {}

    static Finding of(Row row) {
        return new Finding(
                row.uuid("id"),
                row.constant("kind", FindingKind.class),
                row.text("detail"),
                row.optionalUuid("account_id"),
                row.optionalUuid("vps_id"),
                row.optionalUuid("node_id"),
                row.instant("since"),
                row.instant("first_seen_at"),
                row.instant("last_seen_at"),
                row.optionalInstant("resolved_at"),
                row.optionalInstant("accepted_at")
                        .map(at -> new Acceptance(at, row.text("accepted_by"), row.text("accepted_because"))));
    }

    /** Whether a bill waits for it. */
    public boolean holdsBills() {
        return account.isPresent() && resolved.isEmpty() && acceptance.isEmpty();
    }
}
