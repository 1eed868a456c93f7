package dev.berth.node.store;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Departure;
import dev.berth.node.json.Json;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** States of the meters, as text that only the meter understands. */
public final class MeterStore {
    private final Database database;

    public MeterStore(Database database) {
        this.database = database;
    }

    public Map<String, String> all() {
        Map<String, String> states = new LinkedHashMap<>();
        database.read(sql -> sql.list(
                        "SELECT context_id, state FROM meter ORDER BY context_id",
                        row -> Map.entry(row.getString(1), row.getString(2))))
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        return states;
    }

    public void save(Sql sql, String contextId, String state) throws SQLException {
        sql.update(
                "INSERT INTO meter (context_id, state) VALUES (?, ?)"
                        + " ON CONFLICT (context_id) DO UPDATE SET state = excluded.state",
                contextId,
                state);
    }

    public void remove(Sql sql, String contextId) throws SQLException {
        sql.update("DELETE FROM meter WHERE context_id = ?", contextId);
    }

    /** Counts a start, before it happens: whoever comes after knows that these restarts are taken care of. */
    public void started(Sql sql, ContextSpec spec, long startNo) throws SQLException {
        sql.update(
                "UPDATE context SET start_no = ?, restarts_done = ?, started_addresses = ? WHERE context_id = ?",
                startNo,
                spec.restarts(),
                Json.text(spec.addresses()),
                spec.contextId());
    }

    /** What a context took along when its meter ended here, or came with: kept until it is measured again or gone. */
    public void carry(Sql sql, String contextId, Departure.Carried carried) throws SQLException {
        sql.update(
                "INSERT INTO departure (context_id, carried) VALUES (?, ?)"
                        + " ON CONFLICT (context_id) DO UPDATE SET carried = excluded.carried",
                contextId,
                Json.text(carried));
    }

    public Optional<Departure.Carried> carried(String contextId) {
        return database.read(sql -> sql.first(
                "SELECT carried FROM departure WHERE context_id = ?",
                row -> Json.read(row.getString(1), Departure.Carried.class),
                contextId));
    }

    public void forgetCarried(Sql sql, String contextId) throws SQLException {
        sql.update("DELETE FROM departure WHERE context_id = ?", contextId);
    }
}
