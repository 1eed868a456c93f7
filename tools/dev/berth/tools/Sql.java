package dev.berth.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A look into the portal's database past the portal, for tests. */
final class Sql {
    private static final String BALANCE = "SELECT owner, kind, currency, SUM(amount) FROM ("
            + "SELECT debit_owner owner, debit_kind kind, currency, amount FROM ledger_transfer UNION ALL "
            + "SELECT credit_owner, credit_kind, currency, -amount FROM ledger_transfer) sides GROUP BY 1, 2, 3";
    private static final String READINGS = "SELECT context_id, boot_id, start_no, kind, cpu_usec, uptime_seconds"
            + " FROM reading ORDER BY node_id, seq";

    private final Settings settings;

    Sql(Settings settings) {
        this.settings = settings;
    }

    /**
     * Counters of a context as the portal has them, summed over the epochs.
     *
     * @param cpuMicros CPU time
     * @param uptimeSeconds time it ran
     */
    record Metered(long cpuMicros, long uptimeSeconds) {
        Metered plus(Metered other) {
            return new Metered(cpuMicros + other.cpuMicros, uptimeSeconds + other.uptimeSeconds);
        }
    }

    /** What does not add up; empty when the sum over all accounts is zero in each currency. */
    Optional<String> unbalanced() throws IOException {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (List<String> row : query(BALANCE)) {
            sums.merge(row.get(2), Long.parseLong(row.get(3)), Long::sum);
        }
        return sums.values().stream().allMatch(sum -> sum == 0) ? Optional.empty() : Optional.of(sums.toString());
    }

    /** By context: increases within each epoch; a new epoch begins at zero. */
    Map<String, Metered> metered() throws IOException {
        Map<String, Metered> closed = new LinkedHashMap<>();
        Map<String, Metered> last = new LinkedHashMap<>();
        for (List<String> row : query(READINGS)) {
            Metered now = new Metered(Long.parseLong(row.get(4)), Long.parseLong(row.get(5)));
            Metered before = last.put(row.get(0), now);
            if (before != null && (now.cpuMicros < before.cpuMicros || now.uptimeSeconds < before.uptimeSeconds)) {
                closed.merge(row.get(0), before, Metered::plus);
            }
        }
        last.forEach((context, metered) -> closed.merge(context, metered, Metered::plus));
        return closed;
    }

    void update(String sql) throws IOException {
        query(sql);
    }

    private List<List<String>> query(String sql) throws IOException {
        Command.Result result = Command.of(
                        "mariadb",
                        "--no-defaults",
                        "--batch",
                        "--skip-column-names",
                        "--socket=" + settings.variable().resolve(MariaDb.NAME).resolve("s"),
                        "--execute=" + sql,
                        "berth")
                .run();
        if (!result.ok()) {
            throw new IOException("query failed: " + result.output());
        }
        List<List<String>> rows = new ArrayList<>();
        result.output().lines().forEach(line -> rows.add(List.of(line.split("\t"))));
        return rows;
    }
}
