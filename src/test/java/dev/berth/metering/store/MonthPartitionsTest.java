package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.metering.store.MonthPartitions.Partition;
import dev.berth.metering.store.ReadingStore.Ask;
import dev.berth.platform.Database;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MonthPartitionsTest {
    @Inject
    MonthPartitions partitions;

    @Inject
    ReadingIngest ingest;

    @Inject
    ReadingStore readings;

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private YearMonth now() {
        return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    }

    private List<Optional<YearMonth>> months() {
        return partitions.all().stream().map(Partition::month).toList();
    }

    private String partitionOf(UUID node) {
        return partitions.all().stream()
                .map(Partition::name)
                .filter(name -> database.number(
                                "SELECT COUNT(*) AS n FROM reading PARTITION (" + name + ") WHERE node_id = ?", node)
                        > 0)
                .findFirst()
                .orElse("none");
    }

    @Test
    void whatComesBeforeItsMonthIsThereMovesIntoIt() {
        UUID node = seed.node();
        Journal journal = new Journal();
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        journal.add(Kind.OPEN, UUID.randomUUID(), 1, at, Journal.counters(1));
        assertEquals(new Acked(1), ingest.take(node, journal.key(), journal.all()));
        partitions.ahead(now().plusMonths(1));
        // of a month that nobody has made yet, as after a year without the portal
        YearMonth late = partitions.all().stream()
                .flatMap(p -> p.month().stream())
                .reduce((_, last) -> last)
                .orElseThrow()
                .plusMonths(2);
        database.update(
                "UPDATE reading SET effective_at = ? WHERE node_id = ?",
                late.atDay(2).atStartOfDay().toInstant(ZoneOffset.UTC),
                node);
        assertEquals("p_later", partitionOf(node));

        partitions.ahead(late);
        partitions.ahead(late);

        assertEquals("p" + late.toString().replace("-", ""), partitionOf(node));
        assertEquals(Optional.empty(), months().getLast());
        assertEquals(months().stream().distinct().toList(), months());
    }

    @Test
    void severalReplicasAtOnceMakeEachMonthOnce() throws Exception {
        YearMonth far = partitions.all().stream()
                .flatMap(p -> p.month().stream())
                .reduce((_, last) -> last)
                .orElseGet(this::now)
                .plusMonths(3);
        try (ExecutorService replicas = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                done.add(replicas.submit(() -> partitions.ahead(far)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }

        assertEquals(Optional.of(far), months().get(months().size() - 2));
        assertEquals(months().stream().distinct().toList(), months());
    }

    @Test
    void theQueryOfBillsLooksAtTheMonthsItNeeds() {
        partitions.ahead(now().plusMonths(3));
        NodeId node = new NodeId(seed.node());
        Instant from = now().atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        Period month =
                new Period(from, now().plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        List<Ask> asks = List.of(
                new Ask(node, new ContextId(UUID.randomUUID()), month),
                new Ask(node, new ContextId(UUID.randomUUID()), month));

        List<String> used = database.list(
                "EXPLAIN PARTITIONS " + LeanTimelines.windowsSql(asks.size()),
                row -> row.text("partitions"),
                LeanTimelines.windowsValues(asks));

        int all = partitions.all().size();
        assertEquals(1, used.size());
        assertTrue(all > 3, () -> "only " + all);
        assertTrue(used.getFirst().split(",", -1).length <= 3, used::toString);
        assertTrue(readings.timelines(asks).getFirst().readings().isEmpty());
    }
}
