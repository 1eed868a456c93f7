package dev.berth.drain;

import dev.berth.platform.Row;
import dev.berth.vps.VpsMigration.NodeName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A node that is emptied.
 *
 * @param state RUNNING: begins moves; STOPPING: begins none any more, those that were begun go on; STOPPED, DONE: ended
 * @param atOnce how many VPS move at the same time
 * @param targets where VPS may go; none for every node that takes VPS
 * @param copies VPS of other nodes by now of which this one has not yet shown that nothing is left there
 */
public record Drain(
        UUID id,
        NodeName node,
        State state,
        int atOnce,
        List<NodeName> targets,
        Counts counts,
        long copies,
        String reason,
        String createdBy,
        Instant createdAt,
        Optional<Instant> endedAt) {
    public Drain {
        targets = List.copyOf(targets);
    }

    public enum State {
        RUNNING,
        STOPPING,
        STOPPED,
        DONE
    }

    /**
     * VPS.
     *
     * @param refused stay where they are, each for a cause
     * @param waiting for their turn
     * @param left had not begun when it was stopped
     */
    public record Counts(long moved, long moving, long refused, long waiting, long left) {
        public long all() {
            return moved + moving + refused + waiting + left;
        }
    }

    public boolean ended() {
        return endedAt.isPresent();
    }

    private static String counted(DrainedVps.State state) {
        return " (SELECT COUNT(*) FROM drain_vps d WHERE d.drain_id = x.id AND d.state = '%s') AS %s,"
                .formatted(state, "n_" + state);
    }

    static final String SELECT = "SELECT x.id, x.node_id, n.name AS node_name, x.state, x.at_once,"
            + counted(DrainedVps.State.MOVED)
            + counted(DrainedVps.State.MOVING)
            + counted(DrainedVps.State.REFUSED)
            + counted(DrainedVps.State.WAITING)
            + counted(DrainedVps.State.LEFT)
            + " (SELECT COUNT(*) FROM vps_leftover l WHERE l.node_id = x.node_id) AS copies,"
            + " (SELECT GROUP_CONCAT(CONCAT(t.node_id, ' ', o.name) ORDER BY o.name SEPARATOR '\\n') FROM drain_target t"
            + " JOIN node o ON o.id = t.node_id WHERE t.drain_id = x.id) AS targets,"
            + " x.reason, x.created_by, x.created_at, x.ended_at FROM drain x JOIN node n ON n.id = x.node_id WHERE ";

    static Drain of(Row row) {
        return new Drain(
                row.uuid("id"),
                new NodeName(row.uuid("node_id"), row.text("node_name")),
                row.constant("state", State.class),
                row.integer("at_once"),
                row.optionalText("targets").stream()
                        .flatMap(String::lines)
                        .map(Drain::target)
                        .toList(),
                new Counts(
                        row.number("n_MOVED"),
                        row.number("n_MOVING"),
                        row.number("n_REFUSED"),
                        row.number("n_WAITING"),
                        row.number("n_LEFT")),
                row.number("copies"),
                row.text("reason"),
                row.text("created_by"),
                row.instant("created_at"),
                row.optionalInstant("ended_at"));
    }

    private static NodeName target(String line) {
        int space = line.indexOf(' ');
        return new NodeName(UUID.fromString(line.substring(0, space)), line.substring(space + 1));
    }
}
