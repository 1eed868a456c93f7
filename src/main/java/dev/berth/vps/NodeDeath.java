package dev.berth.vps;

import dev.berth.platform.Row;
import dev.berth.vps.VpsMigration.NodeName;
import java.time.Instant;
import java.util.Optional;

/**
 * A node that is gone for good.
 *
 * @param lost VPS on it that are not written off yet
 * @param moving moves from or to it that have not ended
 * @param releasedAt when room and addresses were given back
 */
public record NodeDeath(
        NodeName node,
        String reason,
        String declaredBy,
        Instant declaredAt,
        long lost,
        long moving,
        Optional<Instant> releasedAt) {
    static final String SELECT = "SELECT e.node_id, n.name, e.reason, e.declared_by, e.declared_at, e.released_at,"
            + " (SELECT COUNT(*) FROM vps v WHERE v.node_id = e.node_id AND v.observed_state <> 'GONE') AS lost,"
            + " (SELECT COUNT(*) FROM migration m WHERE m.open_vps_id IS NOT NULL"
            + " AND (m.source_node_id = e.node_id OR m.target_node_id = e.node_id)) AS moving"
            + " FROM node_death e JOIN node n ON n.id = e.node_id WHERE ";

    static NodeDeath of(Row row) {
        return new NodeDeath(
                new NodeName(row.uuid("node_id"), row.text("name")),
                row.text("reason"),
                row.text("declared_by"),
                row.instant("declared_at"),
                row.number("lost"),
                row.number("moving"),
                row.optionalInstant("released_at"));
    }
}
