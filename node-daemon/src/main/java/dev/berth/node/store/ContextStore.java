package dev.berth.node.store;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed.Cause;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What was done for each context. */
public final class ContextStore {
    /** The first range given out; below are the ids of the host and of other tools. */
    static final long FIRST_BASE_ID = 32 * ContextLayout.ID_RANGE;

    /** Ids are 32 bits wide and the last one means "none". */
    private static final long LAST_BASE_ID = (1L << 32) - 2 * ContextLayout.ID_RANGE;

    private static final String COLUMNS =
            "spec, base_id, applied_spec, restarts_done, start_no, failure, known, gone, started_addresses,"
                    + " failure_code, failure_detail FROM context";

    private final Database database;

    public ContextStore(Database database) {
        this.database = database;
    }

    public List<ContextRow> all() {
        return database.read(sql -> sql.list("SELECT " + COLUMNS + " ORDER BY context_id", ContextStore::row));
    }

    public Optional<ContextRow> find(String contextId) {
        return database.read(
                sql -> sql.first("SELECT " + COLUMNS + " WHERE context_id = ?", ContextStore::row, contextId));
    }

    /** The context's range of ids, given once and kept until the context is gone; never two contexts with one range. */
    public long baseId(String contextId) {
        Optional<Long> given = find(contextId).flatMap(ContextRow::baseId);
        return given.orElseGet(() -> database.durably(sql -> {
            long base = freeBaseId(sql);
            sql.update("UPDATE context SET base_id = ? WHERE context_id = ?", base, contextId);
            return base;
        }));
    }

    private static long freeBaseId(Sql sql) throws SQLException {
        long base = FIRST_BASE_ID;
        for (long taken : sql.list(
                "SELECT base_id FROM context WHERE base_id IS NOT NULL ORDER BY base_id", row -> row.getLong(1))) {
            if (taken != base) {
                break;
            }
            base += ContextLayout.ID_RANGE;
        }
        if (base > LAST_BASE_ID) {
            throw new IllegalStateException("no id range is left");
        }
        return base;
    }

    /** The spec is applied in full and nothing failed. */
    public void applied(ContextSpec spec) {
        database.note(sql -> sql.update(
                "UPDATE context SET applied_generation = ?, applied_spec = ?, failure = NULL,"
                        + " failure_code = NULL, failure_detail = NULL WHERE context_id = ?",
                spec.generation(),
                Json.text(spec),
                spec.contextId()));
    }

    public void failed(String contextId, String failure, Optional<Cause> cause) {
        database.note(sql -> sql.update(
                "UPDATE context SET failure = ?, failure_code = ?, failure_detail = ? WHERE context_id = ?",
                failure,
                cause.map(Cause::code).orElse(null),
                cause.map(Cause::detail).orElse(null),
                contextId));
    }

    /** Nothing is left: the id range may be given to another. What is left is the memory of the generation. */
    public void gone(ContextSpec spec) {
        database.durablyDo(sql -> {
            sql.update(
                    "UPDATE context SET gone = 1, base_id = NULL, applied_generation = ?, applied_spec = ?, failure = NULL,"
                            + " failure_code = NULL, failure_detail = NULL WHERE context_id = ?",
                    spec.generation(),
                    Json.text(spec),
                    spec.contextId());
            sql.update("DELETE FROM bank WHERE context_id = ?", spec.contextId());
            sql.update("DELETE FROM departure WHERE context_id = ?", spec.contextId());
            sql.update("DELETE FROM snapshot_image WHERE context_id = ?", spec.contextId());
        });
    }

    private static ContextRow row(ResultSet row) throws SQLException {
        String detail = Optional.ofNullable(row.getString(11)).orElse("");
        long base = row.getLong(2);
        Optional<Long> baseId = row.wasNull() ? Optional.empty() : Optional.of(base);
        return new ContextRow(
                Json.read(row.getString(1), ContextSpec.class),
                baseId,
                Optional.ofNullable(row.getString(3)).map(text -> Json.read(text, ContextSpec.class)),
                row.getLong(4),
                row.getLong(5),
                List.of(Json.read(row.getString(9), String[].class)),
                Optional.ofNullable(row.getString(6)),
                Optional.ofNullable(row.getString(10)).map(code -> new Cause(code, detail)),
                row.getBoolean(7),
                row.getBoolean(8));
    }
}
