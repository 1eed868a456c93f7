package dev.berth.node.store;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Desired;
import dev.berth.node.json.Json;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the portal wants, on disk before anything acts on it. */
public final class DesiredStore {
    /**
     * What came of an answer.
     *
     * @param changed contexts whose spec is new
     * @param refused why parts of the answer, or all of it, were not believed
     */
    public record Outcome(List<String> changed, List<String> refused) {
        public Outcome {
            changed = List.copyOf(changed);
            refused = List.copyOf(refused);
        }
    }

    private final Database database;

    public DesiredStore(Database database) {
        this.database = database;
    }

    /** Highest revision stored, -1 before the first. */
    public long revision() {
        return database.read(sql -> sql.number("SELECT revision FROM desired"));
    }

    public long readingIntervalSeconds() {
        return database.read(sql -> sql.number("SELECT reading_interval_seconds FROM desired"));
    }

    /**
     * Stores an answer in one transaction. A revision or generation below what was seen before comes from a portal that
     * has gone back in time, and is refused.
     */
    public Outcome accept(Desired desired) {
        return database.durably(sql -> accept(sql, desired));
    }

    private static Outcome accept(Sql sql, Desired desired) throws SQLException {
        long revision = sql.number("SELECT revision FROM desired");
        if (desired.revision() < revision) {
            return new Outcome(List.of(), List.of("revision %d is below %d".formatted(desired.revision(), revision)));
        }
        List<String> changed = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (ContextSpec spec : desired.contexts()) {
            named.add(spec.contextId());
            store(sql, spec, changed, refused);
        }
        if (desired.full()) {
            forget(sql, named);
        }
        sql.update(
                "UPDATE desired SET revision = ?, reading_interval_seconds = ?",
                desired.revision(),
                desired.settings().readingIntervalSeconds());
        return new Outcome(changed, refused);
    }

    private static void store(Sql sql, ContextSpec spec, List<String> changed, List<String> refused)
            throws SQLException {
        String id = spec.contextId();
        String text = Json.text(spec);
        long generation = sql.number("SELECT generation FROM context WHERE context_id = ?", id);
        if (spec.generation() < generation) {
            refused.add("generation %d of %s is below %d".formatted(spec.generation(), id, generation));
        } else if (spec.generation() > generation) {
            sql.update(
                    "INSERT INTO context (context_id, generation, spec) VALUES (?, ?, ?) ON CONFLICT (context_id)"
                            + " DO UPDATE SET generation = excluded.generation, spec = excluded.spec, known = 1,"
                            + " gone = CASE WHEN ? THEN gone ELSE 0 END",
                    id,
                    spec.generation(),
                    text,
                    spec.desiredState() == ContextSpec.DesiredState.DELETED);
            changed.add(id);
        } else if (sql.number("SELECT count(*) FROM context WHERE context_id = ? AND spec = ?", id, text) == 0) {
            refused.add("generation %d of %s came with another content".formatted(spec.generation(), id));
        } else {
            sql.update("UPDATE context SET known = 1 WHERE context_id = ? AND known = 0", id);
        }
    }

    /** A full list without a context: what is gone need not be reported any more; what is there is kept as unknown. */
    private static void forget(Sql sql, Set<String> named) throws SQLException {
        for (String id : sql.list("SELECT context_id FROM context WHERE known = 1", row -> row.getString(1))) {
            if (!named.contains(id)) {
                sql.update("UPDATE context SET known = 0 WHERE context_id = ?", id);
            }
        }
    }
}
