package dev.berth.vps;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A VPS' way from one node to another, as staff see it.
 *
 * @param state COPYING: the source hands it over; SWITCHED: the target takes it; SEALED: it is the target's; RETURNING: it is to go back to its
 *     source as soon as the target has nothing of it; GAVE_UP: it is where it was
 * @param operationId what its owner sees of it
 * @param reason its owner can read it
 * @param failure why it was given up
 * @param mebibytes of its disk that have arrived in the portal and wait there
 * @param leftover whether the node that it left has not yet shown that nothing of it is there
 */
public record VpsMigration(
        UUID id,
        UUID vpsId,
        NodeName source,
        NodeName target,
        Move.State state,
        UUID operationId,
        String createdBy,
        String reason,
        Optional<String> failure,
        long mebibytes,
        boolean leftover,
        Instant createdAt,
        Optional<Instant> endedAt) {
    static final String SELECT = "SELECT m.id, m.vps_id, m.source_node_id, s.name AS source_name, m.target_node_id,"
            + " t.name AS target_name, m.state, m.created_by, m.reason, m.failure, m.created_at, m.ended_at,"
            + " (SELECT o.id FROM operation o WHERE o.vps_id = m.vps_id AND o.generation = m.source_generation) AS operation_id,"
            + " (SELECT COUNT(*) FROM migration_piece p WHERE p.migration_id = m.id) AS pieces,"
            + " EXISTS (SELECT 1 FROM vps_leftover l WHERE l.migration_id = m.id) AS leftover"
            + " FROM migration m JOIN node s ON s.id = m.source_node_id JOIN node t ON t.id = m.target_node_id WHERE ";

    public record NodeName(UUID id, String name) {}

    static VpsMigration of(Row row) {
        return new VpsMigration(
                row.uuid("id"),
                row.uuid("vps_id"),
                new NodeName(row.uuid("source_node_id"), row.text("source_name")),
                new NodeName(row.uuid("target_node_id"), row.text("target_name")),
                row.constant("state", Move.State.class),
                row.uuid("operation_id"),
                row.text("created_by"),
                row.text("reason"),
                row.optionalText("failure"),
                row.number("pieces"),
                row.flag("leftover"),
                row.instant("created_at"),
                row.optionalInstant("ended_at"));
    }
}
