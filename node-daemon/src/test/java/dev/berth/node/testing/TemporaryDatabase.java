package dev.berth.node.testing;

import dev.berth.node.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A node's database of one test's own, for {@code @RegisterExtension}. */
public final class TemporaryDatabase implements BeforeEachCallback, AfterEachCallback {
    private @Nullable Path directory;
    private @Nullable Database database;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("berth-database");
        database = Database.open(file());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        database().close();
        try (Stream<Path> paths = Files.walk(directory())) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    private Path directory() {
        if (directory == null) {
            throw new IllegalStateException("no test runs");
        }
        return directory;
    }

    private Path file() {
        return directory().resolve("berthd.db");
    }

    public Database database() {
        if (database == null) {
            throw new IllegalStateException("no test runs");
        }
        return database;
    }

    /** Closes it and opens it again, as a restart of the daemon does. */
    public Database reopened() {
        database().close();
        Database again = Database.open(file());
        database = again;
        return again;
    }
}
