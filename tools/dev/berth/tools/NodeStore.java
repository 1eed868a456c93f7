package dev.berth.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A look into berthd's own database past berthd, for tests. */
final class NodeStore {
    private final Settings settings;

    NodeStore(Settings settings) {
        this.settings = settings;
    }

    List<List<String>> query(String sql) throws IOException {
        String file = settings.node().resolve("berthd.db").toString();
        Command.Result result = Command.of("sqlite3", "-readonly", "-separator", "\t", file, sql)
                .run();
        if (!result.ok()) {
            throw new IOException("query failed: " + result.output());
        }
        List<List<String>> rows = new ArrayList<>();
        result.output().lines().forEach(line -> rows.add(List.of(line.split("\t", -1))));
        return rows;
    }

    /** First values of all rows. */
    List<String> column(String sql) throws IOException {
        return query(sql).stream().map(List::getFirst).toList();
    }

    /** All rows as lines, for a report. */
    List<String> lines(String sql) throws IOException {
        return query(sql).stream().map(row -> String.join(" ", row)).toList();
    }
}
