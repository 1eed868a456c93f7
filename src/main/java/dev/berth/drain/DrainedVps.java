package dev.berth.drain;

import dev.berth.platform.Row;
import dev.berth.vps.Move;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of a VPS of a node that is emptied.
 *
 * @param state WAITING: for its turn, or, with a cause, to be tried again; REFUSED: it stays; LEFT: it had not begun when the drain was stopped
 * @param to name of the node that it goes or went to
 * @param migration how far it is
 * @param mebibytes of its disk that have arrived in the portal
 */
public record DrainedVps(
        UUID vpsId,
        String hostname,
        State state,
        Optional<String> cause,
        Optional<String> to,
        Optional<Move.State> migration,
        long mebibytes,
        Instant changedAt) {
    public enum State {
        WAITING,
        MOVING,
        MOVED,
        REFUSED,
        LEFT
    }

    static final String SELECT =
            "SELECT d.vps_id, v.hostname, d.state, d.cause, t.name AS target_name, m.state AS move_state,"
                    + " d.changed_at, (SELECT COUNT(*) FROM migration_piece p WHERE p.migration_id = m.id) AS pieces"
                    + " FROM drain_vps d JOIN vps v ON v.id = d.vps_id LEFT JOIN migration m ON m.id = d.migration_id"
                    + " LEFT JOIN node t ON t.id = m.target_node_id WHERE d.drain_id = ?"
                    + " ORDER BY FIELD(d.state, 'MOVING', 'REFUSED', 'WAITING', 'LEFT', 'MOVED'), d.changed_at, d.vps_id LIMIT ?";

    static DrainedVps of(Row row) {
        return new DrainedVps(
                row.uuid("vps_id"),
                row.text("hostname"),
                row.constant("state", State.class),
                row.optionalText("cause"),
                row.optionalText("target_name"),
                row.optionalText("move_state").map(Move.State::valueOf),
                row.number("pieces"),
                row.instant("changed_at"));
    }
}
