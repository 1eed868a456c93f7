package dev.berth.node.store;

import dev.berth.contract.Observed.Step;
import dev.berth.contract.Observed.StepState;
import java.util.List;
import java.util.Optional;

/**
 * The step log: what the newest change of each context has done. It tells people how far a change got; what to do next is
 * read from the host, so losing the last lines of it to a loss of power does no harm.
 */
// Open to tests that let things go wrong around its lines.
public class StepStore {
    private final Database database;

    public StepStore(Database database) {
        this.database = database;
    }

    public List<Step> steps(String contextId) {
        return database.read(sql -> sql.list(
                "SELECT name, state, started_millis, took_micros FROM step WHERE context_id = ? ORDER BY position",
                row -> {
                    long took = row.getLong(4);
                    Optional<Long> tookMicros = row.wasNull() ? Optional.empty() : Optional.of(took);
                    return new Step(row.getString(1), StepState.valueOf(row.getString(2)), row.getLong(3), tookMicros);
                },
                contextId));
    }

    /** A new change begins: the steps of the one before are forgotten. */
    public void clear(String contextId) {
        database.note(sql -> sql.update("DELETE FROM step WHERE context_id = ?", contextId));
    }

    public void put(String contextId, int position, Step step) {
        database.note(sql -> sql.update(
                "INSERT INTO step (context_id, position, name, state, started_millis, took_micros) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (context_id, position) DO UPDATE SET state = excluded.state,"
                        + " took_micros = excluded.took_micros",
                contextId,
                position,
                step.name(),
                step.state().name(),
                step.startedMillis(),
                step.tookMicros().orElse(null)));
    }
}
