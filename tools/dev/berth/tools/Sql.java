package dev.berth.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A look into the portal's database past the portal, for tests. NULL is the text {@code NULL}. */
final class Sql {
    private final Settings settings;

    Sql(Settings settings) {
        this.settings = settings;
    }

    List<List<String>> query(String sql) throws IOException {
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
        result.output().lines().forEach(line -> rows.add(List.of(line.split("\t", -1))));
        return rows;
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
