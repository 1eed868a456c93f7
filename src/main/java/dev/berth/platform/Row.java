package dev.berth.platform;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row of an answer. Columns are non-null but for the {@code optional…} ones; times are UTC. */
public final class Row {
    private final ResultSet rows;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    /** Makes a value of a row. */
    @FunctionalInterface
    public interface Mapper<T> {
        T map(Row row);
    }

    public String text(String column) {
        return value(column, String.class);
    }

    public Optional<String> optionalText(String column) {
        return Optional.ofNullable(get(column, String.class));
    }

    public UUID uuid(String column) {
        return UUID.fromString(text(column));
    }

    public Optional<UUID> optionalUuid(String column) {
        return optionalText(column).map(UUID::fromString);
    }

    public long number(String column) {
        return value(column, Long.class);
    }

    public int integer(String column) {
        return Math.toIntExact(number(column));
    }

    public Optional<Long> optionalNumber(String column) {
        return Optional.ofNullable(get(column, Long.class));
    }

    public boolean flag(String column) {
        return value(column, Boolean.class);
    }

    public BigDecimal decimal(String column) {
        return value(column, BigDecimal.class);
    }

    public Optional<BigDecimal> optionalDecimal(String column) {
        return Optional.ofNullable(get(column, BigDecimal.class));
    }

    public Instant instant(String column) {
        return value(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    public Optional<Instant> optionalInstant(String column) {
        return Optional.ofNullable(get(column, LocalDateTime.class)).map(t -> t.toInstant(ZoneOffset.UTC));
    }

    public Optional<LocalDate> optionalDate(String column) {
        return Optional.ofNullable(get(column, LocalDate.class));
    }

    public byte[] bytes(String column) {
        return value(column, byte[].class);
    }

    public <E extends Enum<E>> E constant(String column, Class<E> type) {
        return Enum.valueOf(type, text(column));
    }

    private <T> T value(String column, Class<T> type) {
        T value = get(column, type);
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }

    private <T> @Nullable T get(String column, Class<T> type) {
        try {
            return rows.getObject(column, type);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }
}
