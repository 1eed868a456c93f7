package dev.berth.vps;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.platform.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What nodes are told of VPS that move. A node refuses another content under a generation that it has seen: what is said here of a generation stays
 * the same, after the move has ended, too.
 */
final class MovingSpecs {
    /** Contexts of a node after a revision (both named twice), those that it has left over included, each with its part in a move. */
    static final String WANTED =
            "SELECT x.id, x.revision, x.generation, FALSE AS tombstone, x.image_id, x.plan_version_id, m.id AS migration_id,"
                    + " IF(m.source_node_id = x.node_id, 'SOURCE', 'TARGET') AS role FROM vps x"
                    + " LEFT JOIN migration m ON m.vps_id = x.id"
                    + " AND (m.state = 'COPYING' AND m.source_node_id = x.node_id AND m.source_generation = x.generation"
                    + " OR m.state IN ('SWITCHED', 'SEALED') AND m.target_node_id = x.node_id"
                    + " AND m.source_generation + 1 = x.generation)"
                    + " WHERE x.node_id = ? AND x.revision > ? AND x.observed_state <> 'GONE' AND NOT EXISTS"
                    + " (SELECT 1 FROM vps_leftover y WHERE y.node_id = x.node_id AND y.vps_id = x.id)"
                    + " UNION ALL SELECT y.vps_id, y.revision, y.generation, y.tombstone, y.image_id, y.plan_version_id,"
                    + " y.migration_id, 'SOURCE' FROM vps_leftover y WHERE y.node_id = ? AND y.revision > ?";

    private static final String FORGOTTEN = "moved";

    private MovingSpecs() {}

    static Optional<Migration> migration(Row row) {
        return row.optionalUuid("migration_id")
                .map(id -> new Migration(id.toString(), row.constant("role", Role.class)));
    }

    /** Nothing in it can change any more. */
    static ContextSpec tombstone(Row row, UUID id, ContextSpec.Limits limits) {
        return new ContextSpec(
                id.toString(),
                row.number("generation"),
                DesiredState.DELETED,
                0,
                FORGOTTEN,
                row.text("digest"),
                List.of(),
                List.of(),
                limits);
    }
}
