package dev.berth.metering.store;

import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Row;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The table of readings is cut by month. Months are made ahead; a reading of a month that is not there goes to the last
 * partition, which has no end, and moves when its month is made. Partitions are only ever cut or joined, never dropped:
 * whatever comes in meanwhile, no statement here can lose a row. Several replicas may do the same at once: one of them
 * wins, the others find it done.
 */
@ApplicationScoped
class MonthPartitions {
    private static final Logger LOG = Logger.getLogger(MonthPartitions.class);
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'p'uuuuMM");
    private static final String LATER = "p_later";
    private static final int MONTHS_AHEAD = 3;

    /** More are not cut off in one go. */
    private static final int MOST_MONTHS = 120;

    private final Database database;
    private final InstantSource clock;

    MonthPartitions(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @param month the last month in it; it may hold months before, too; empty for the partition without an end */
    record Partition(String name, Optional<YearMonth> month) {
        static Partition of(Row row) {
            String name = row.text("partition_name");
            return new Partition(
                    name, name.equals(LATER) ? Optional.empty() : Optional.of(YearMonth.parse(name, NAME)));
        }

        /** The end, which is not in it. */
        Instant end() {
            return month.map(m -> start(m.plusMonths(1))).orElse(Instant.MAX);
        }
    }

    @Scheduled(every = "6h", delayed = "20s", identity = "reading-partitions")
    void scheduled() {
        ahead(YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).plusMonths(MONTHS_AHEAD));
    }

    /** In order of time, the one without an end last. */
    List<Partition> all() {
        return database.list(
                "SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE()"
                        + " AND table_name = 'reading' AND partition_name IS NOT NULL ORDER BY partition_ordinal_position",
                Partition::of);
    }

    /** Makes what is missing up to a month, from that of the oldest reading without one on. */
    void ahead(YearMonth until) {
        List<Partition> there = all();
        YearMonth first = there.reversed().stream()
                .flatMap(p -> p.month().stream())
                .findFirst()
                .map(m -> m.plusMonths(1))
                .orElseGet(this::oldest);
        List<YearMonth> months = new ArrayList<>();
        for (YearMonth month = first; !month.isAfter(until) && months.size() < MOST_MONTHS; ) {
            months.add(month);
            month = month.plusMonths(1);
        }
        if (!months.isEmpty()) {
            cut(months);
        }
    }

    private YearMonth oldest() {
        Instant oldest = database.one("SELECT MIN(effective_at) AS at FROM reading", row -> row.optionalInstant("at"))
                .flatMap(at -> at)
                .orElseGet(clock::instant);
        return YearMonth.from(oldest.atOffset(ZoneOffset.UTC));
    }

    private void cut(List<YearMonth> months) {
        String parts = months.stream().map(MonthPartitions::definition).collect(Collectors.joining(", "));
        alter("REORGANIZE PARTITION " + LATER + " INTO (" + parts + ", PARTITION " + LATER
                + " VALUES LESS THAN (MAXVALUE))");
    }

    /** Joins two neighbours; what either holds is then in the later. */
    void join(Partition earlier, Partition later) {
        alter("REORGANIZE PARTITION " + earlier.name() + ", " + later.name() + " INTO ("
                + definition(later.month().orElseThrow()) + ")");
    }

    boolean empty(Partition partition) {
        return database.list(
                        "SELECT 1 AS one FROM reading PARTITION (" + partition.name() + ") LIMIT 1",
                        row -> row.number("one"))
                .isEmpty();
    }

    /** Waits ten seconds for statements under way and no longer, so that ingest never stands behind it. */
    private void alter(String how) {
        List<Partition> before = all();
        try {
            database.update("ALTER TABLE reading WAIT 10 " + how);
        } catch (DatabaseException e) {
            if (all().equals(before)) {
                LOG.warnf(e, "partitions of readings stay as they are for now");
            }
        }
    }

    private static String definition(YearMonth month) {
        return "PARTITION %s VALUES LESS THAN ('%s')"
                .formatted(NAME.format(month), month.plusMonths(1).atDay(1));
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
