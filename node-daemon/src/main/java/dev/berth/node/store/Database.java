package dev.berth.node.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One SQLite file, one connection, one lock. Two strengths of a commit: {@link #durably} survives loss of power, {@link
 * #note} survives kill -9 of the daemon (the pages are in the kernel) and is for what can be found out again.
 */
public final class Database implements AutoCloseable {
    /** Room for some ten thousand records on a disk that others have filled. */
    public static final int RESERVE_BYTES = 8 << 20;

    private static final int SQLITE_FULL = 13;
    static final int SCHEMA_VERSION = 7;

    /** Work inside one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Sql sql) throws SQLException;
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Task {
        void in(Sql sql) throws SQLException;
    }

    private final Connection connection;
    private final Sql sql;
    private final ReentrantLock lock = new ReentrantLock();
    private final Path file;
    private Optional<Reserve> reserve = Optional.empty();
    private boolean flushing = true;

    private Database(Connection connection, Path file) {
        this.connection = connection;
        this.file = file;
        this.sql = new Sql(connection);
    }

    /** Opens the file, makes it where it is missing and brings its schema up to date. */
    public static Database open(Path file) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try {
                return settled(connection, file);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("cannot open %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Database settled(Connection connection, Path file) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA foreign_keys=ON");
            statement.execute("PRAGMA busy_timeout=10000");
        }
        Database database = new Database(connection, file);
        database.migrate();
        return database;
    }

    /** Commits so that it survives loss of power. */
    public <T> T durably(Work<T> work) {
        return write(work, true);
    }

    /** Commits so that it survives loss of power. */
    public void durablyDo(Task task) {
        write(nothing(task), true);
    }

    /** Commits so that it survives the end of this process, but perhaps not loss of power. */
    public void note(Task task) {
        write(nothing(task), false);
    }

    /** Reads what is committed. */
    public <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.in(sql);
        } catch (SQLException e) {
            throw new StoreException("cannot read: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException("cannot close", e);
        } finally {
            lock.unlock();
        }
    }

    private static Work<Boolean> nothing(Task task) {
        return sql -> {
            task.in(sql);
            return true;
        };
    }

    /** Keeps so many bytes beside the file, to be given up when its disk is full. */
    public void keepReserve(int bytes) {
        lock.lock();
        try {
            reserve = Optional.of(new Reserve(file.resolveSibling(file.getFileName() + ".reserve"), bytes));
            reserve.get().keep();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the reserve again where it was used up and there is room. */
    void restoreReserve() {
        lock.lock();
        try {
            reserve.ifPresent(Reserve::keep);
        } finally {
            lock.unlock();
        }
    }

    private <T> T write(Work<T> work, boolean flush) {
        lock.lock();
        try {
            return attempt(work, flush);
        } catch (SQLException e) {
            throw new StoreException("cannot write: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** A disk that is full takes the reserve before it takes a record. */
    private <T> T attempt(Work<T> work, boolean flush) throws SQLException {
        try {
            return transaction(work, flush);
        } catch (SQLException e) {
            if ((e.getErrorCode() & 0xff) != SQLITE_FULL
                    || !reserve.map(Reserve::release).orElse(false)) {
                throw e;
            }
            return transaction(work, flush);
        }
    }

    private <T> T transaction(Work<T> work, boolean flush) throws SQLException {
        synchronous(flush);
        execute("BEGIN IMMEDIATE");
        try {
            T result = work.in(sql);
            execute("COMMIT");
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(e);
            throw e;
        }
    }

    /** SQLite has rolled back by itself where the disk was full; why it was is what has to be told. */
    private void rollBack(Throwable cause) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void synchronous(boolean flush) throws SQLException {
        if (flush != flushing) {
            execute(flush ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            flushing = flush;
        }
    }

    private void execute(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private void migrate() throws SQLException {
        long version = sql.number("PRAGMA user_version");
        if (version > SCHEMA_VERSION) {
            throw new IllegalStateException(
                    "the database has schema %d, this daemon knows only %d".formatted(version, SCHEMA_VERSION));
        }
        for (long next = version + 1; next <= SCHEMA_VERSION; next++) {
            String script = script(next);
            long to = next;
            write(
                    in -> {
                        for (String statement : script.split(";\\s*\n", -1)) {
                            if (!statement.isBlank()) {
                                execute(statement);
                            }
                        }
                        execute("PRAGMA user_version=" + to);
                        return true;
                    },
                    true);
        }
    }

    private static String script(long version) {
        String name = "/db/node-%d.sql".formatted(version);
        try (InputStream in = Database.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }
}
