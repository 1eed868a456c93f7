package dev.berth.platform;

import dev.berth.platform.Row.Mapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * SQL with values in, rows out. Inside a transaction every statement runs on its connection, outside each commits alone.
 * Values may be UUID, Instant, enum, Optional of these, and what JDBC knows.
 */
@ApplicationScoped
public class Database {
    private static final int TIMEOUT_SECONDS = 30;

    /**
     * The connection of the query whose rows are being mapped. A query inside a mapper runs on it, too: if each of many requests
     * held one connection of the pool and waited for a second, none would get it.
     */
    private static final ScopedValue<Connection> MAPPING = ScopedValue.newInstance();

    private final DataSource dataSource;

    Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public <T> List<T> list(String sql, Mapper<T> mapper, @Nullable Object... values) {
        try {
            if (MAPPING.isBound()) {
                return list(MAPPING.get(), sql, mapper, values);
            }
            try (Connection connection = dataSource.getConnection()) {
                return ScopedValue.where(MAPPING, connection).call(() -> list(connection, sql, mapper, values));
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private static <T> List<T> list(Connection connection, String sql, Mapper<T> mapper, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> found = new ArrayList<>();
            Row row = new Row(rows);
            while (rows.next()) {
                found.add(mapper.map(row));
            }
            return List.copyOf(found);
        }
    }

    /** The only row there is, if any; more than one is a bug. */
    public <T> Optional<T> one(String sql, Mapper<T> mapper, @Nullable Object... values) {
        List<T> found = list(sql, mapper, values);
        if (found.size() > 1) {
            throw new IllegalStateException("%d rows where one was expected: %s".formatted(found.size(), sql));
        }
        return found.stream().findFirst();
    }

    /** A count or another number that always has a row; column {@code n}. */
    public long number(String sql, @Nullable Object... values) {
        return one(sql, row -> row.number("n"), values).orElseThrow();
    }

    /** @return how many rows were changed */
    public int update(String sql, @Nullable Object... values) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** The same statement for several rows of values. */
    public void updateAll(String sql, List<@Nullable Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            for (@Nullable Object[] values : rows) {
                bind(statement, values);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object[] values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            bind(statement, values);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, sqlValue(values[i]));
        }
    }

    /** Named by type where it is one of the usual: the driver asks one codec after the other for an object. */
    private static void bind(PreparedStatement statement, int place, @Nullable Object value) throws SQLException {
        switch (value) {
            case String text -> statement.setString(place, text);
            case Long number -> statement.setLong(place, number);
            case byte[] bytes -> statement.setBytes(place, bytes);
            case null -> statement.setNull(place, Types.NULL);
            case Object other -> statement.setObject(place, other);
        }
    }

    private static @Nullable Object sqlValue(@Nullable Object value) {
        return switch (value) {
            case Optional<?> optional -> sqlValue(optional.orElse(null));
            case UUID id -> id.toString();
            case Instant instant -> LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
            case Enum<?> constant -> constant.name();
            case null -> null;
            case Object plain -> plain;
        };
    }
}
