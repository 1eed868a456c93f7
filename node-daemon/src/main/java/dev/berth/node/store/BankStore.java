package dev.berth.node.store;

import dev.berth.node.cpu.Balance;
import dev.berth.node.cpu.Balances;
import dev.berth.node.cpu.Drawn;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** Balances of the CPU banks. */
public final class BankStore implements Balances {
    private final Database database;

    public BankStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Balance> load(String contextId) {
        return database.read(sql -> sql.first(
                "SELECT balance_nanos, held, usage_micros, boot_id, monotonic_nanos, utc_millis, credit_micros, surplus_micros"
                        + " FROM bank WHERE context_id = ?",
                row -> new Balance(
                        row.getLong(1),
                        row.getBoolean(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        new Drawn(row.getLong(7), row.getLong(8))),
                contextId));
    }

    /** Noted, not flushed: a loss of power takes the context back to a balance of a few seconds before. */
    @Override
    public void save(String contextId, Balance balance) {
        database.note(sql -> save(sql, contextId, balance));
    }

    @Override
    public void saveAll(Map<String, Balance> several) {
        database.note(sql -> {
            for (Map.Entry<String, Balance> each : several.entrySet()) {
                save(sql, each.getKey(), each.getValue());
            }
        });
    }

    private static void save(Sql sql, String contextId, Balance balance) throws SQLException {
        sql.update(
                "INSERT INTO bank (context_id, balance_nanos, held, usage_micros, boot_id, monotonic_nanos, utc_millis,"
                        + " credit_micros, surplus_micros) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM context WHERE context_id = ? AND gone = 0)"
                        + " ON CONFLICT (context_id) DO UPDATE SET balance_nanos = excluded.balance_nanos,"
                        + " held = excluded.held, usage_micros = excluded.usage_micros, boot_id = excluded.boot_id,"
                        + " monotonic_nanos = excluded.monotonic_nanos, utc_millis = excluded.utc_millis,"
                        + " credit_micros = excluded.credit_micros, surplus_micros = excluded.surplus_micros",
                contextId,
                balance.balanceNanos(),
                balance.held() ? 1 : 0,
                balance.usageMicros(),
                balance.bootId(),
                balance.monotonicNanos(),
                balance.utcMillis(),
                balance.drawn().creditMicros(),
                balance.drawn().surplusMicros(),
                contextId);
    }
}
