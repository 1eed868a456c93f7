package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A look into the portal's database past the portal, for tests. NULL is the text {@code NULL}. */
final class Sql {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Settings settings;

    Sql(Settings settings) {
        this.settings = settings;
    }

    List<List<String>> query(String sql) throws IOException {
        return query(sql, LIMIT);
    }

    /** @param limit after which it is given up */
    List<List<String>> query(String sql, Duration limit) throws IOException {
        List<String> lines = new ArrayList<>();
        int code = Command.of(
                        "mariadb",
                        "--no-defaults",
                        "--batch",
                        "--quick",
                        "--skip-column-names",
                        "--socket=" + settings.variable().resolve(MariaDb.NAME).resolve("s"),
                        "--execute=" + sql,
                        "berth")
                .within(limit)
                .lines(lines::add);
        if (code != 0) {
            throw new IOException("query failed: " + (lines.isEmpty() ? "exit code " + code : lines.getLast()));
        }
        return lines.stream().map(line -> List.of(line.split("\t", -1))).toList();
    }

    void update(String sql) throws IOException {
        query(sql);
    }

    /** First values of all rows. */
    List<String> column(String sql) throws IOException {
        return query(sql).stream().map(List::getFirst).toList();
    }

    /** All rows as lines, for a report. */
    List<String> lines(String sql) throws IOException {
        return query(sql).stream().map(row -> String.join(" ", row)).toList();
    }

    long number(String sql) throws IOException {
        return Long.parseLong(query(sql).getFirst().getFirst());
    }
}
