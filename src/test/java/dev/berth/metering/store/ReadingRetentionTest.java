package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twelve readings, one an hour, of a context whose time of retention is over. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ReadingRetentionTest {
    private static final Instant START = Instant.parse("2023-05-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(12));

    @Inject
    ReadingRetention retention;

    @Inject
    MonthPartitions partitions;

    @Inject
    ReadingIngest ingest;

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final UUID account = UUID.randomUUID();
    private Journal journal = new Journal();
    private NodeId node = new NodeId(account);
    private UUID vps = account;
    private UUID owner = account;
    private UUID version = account;

    @BeforeEach
    void twelveReadings() {
        journal = new Journal();
        node = new NodeId(seed.node());
        owner = seed.account();
        version = seed.planVersion("EUR");
        vps = seed.vps(owner, node.value(), version);
        for (int hour = 0; hour < 12; hour++) {
            journal.add(hour == 0 ? Kind.OPEN : Kind.SAMPLE, vps, 1, at(hour), Journal.counters(hour));
        }
    }

    private static Instant at(int hour) {
        return START.plus(Duration.ofHours(hour));
    }

    private void come() {
        long last = journal.entries().size();
        assertEquals(new Acked(last), ingest.take(node.value(), journal.key(), journal.all()));
    }

    private long forget() {
        return retention.thin(new ReadingRetention.Place(node, new ContextId(vps)), END.plusSeconds(1));
    }

    private List<Long> kept() {
        return database.list(
                "SELECT seq FROM reading WHERE node_id = ? ORDER BY seq", row -> row.number("seq"), node.value());
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private UUID period(int fromHour, int toHour, boolean closed) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO billing_period (id, account_id, period_from, period_to, state, next_attempt_at, closed_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                id,
                owner,
                at(fromHour),
                at(toHour),
                closed ? "NOTHING_DUE" : "OPEN",
                Instant.parse("2090-01-01T00:00:00Z"),
                closed ? Optional.of(at(toHour)) : Optional.empty());
        return id;
    }

    private void line(UUID invoice, UUID subscription, long first, long last) {
        database.update(
                "INSERT INTO invoice_line (invoice_id, n, subscription_id, vps_id, hostname, plan_version_id, plan_name,"
                        + " tariff_position, model, meter, label, unit_label, unit_quantity, unit_price, quantity,"
                        + " included, exact, carried_in, amount) VALUES (?, 1, ?, ?, 'h', ?, 'p', 1, 'USAGE', 'CPU_TIME',"
                        + " 'l', 'u', 1, 1, 1, 0, 0, 0, 0)",
                invoice,
                subscription,
                vps,
                version);
        database.update(
                "INSERT INTO rated_interval (invoice_id, line, n, interval_from, interval_to, quantity, node_id,"
                        + " first_seq, last_seq, gaps) VALUES (?, 1, 1, ?, ?, 1, ?, ?, ?, 0)",
                invoice,
                at(2),
                at(8),
                node.value(),
                first,
                last);
    }

    @Test
    void whatABillRestsOnStaysAndTheRestGoes() {
        come();
        UUID subscription = seed.subscription(vps, owner, version, at(0), Optional.of(END));
        line(period(0, 12, true), subscription, 3, 9);

        assertEquals(5, forget());

        assertEquals(range(3, 9), kept());
        assertEquals(0, forget());
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> database.update("DELETE FROM reading WHERE node_id = ? AND seq = 5", node.value()));
        assertTrue(refused.toString().contains("a bill rests on this reading"), refused::toString);
        assertEquals(range(3, 9), kept());
    }

    @Test
    void whatIsNotBilledYetStaysWithTheReadingBefore() {
        come();
        seed.subscription(vps, owner, version, at(0), Optional.empty());
        period(0, 6, true);
        period(6, 12, false);

        assertEquals(5, forget());

        assertEquals(range(6, 12), kept());
    }

    @Test
    void anOwnerWithoutAnyPeriodLosesNothing() {
        come();
        seed.subscription(vps, owner, version, at(0), Optional.of(END));

        assertEquals(0, forget());
        assertEquals(range(1, 12), kept());
    }

    @Test
    void whatNobodyWasToPayGoes() {
        come();

        assertEquals(12, forget());
        assertEquals(List.of(), kept());
    }

    @Test
    void aContextWithAFaultKeepsAllThatItsBillsMayNeed() {
        journal.add(Kind.SAMPLE, vps, 1, at(11).plusSeconds(60), Journal.counters(2));
        come();
        UUID subscription = seed.subscription(vps, owner, version, at(0), Optional.of(END));
        line(period(0, 12, true), subscription, 3, 9);

        assertEquals(0, forget());
        assertEquals(range(1, 13), kept());
    }

    @Test
    void theJournalGoesOnAndRepeatsAreAckedAfterIt() {
        come();
        forget();

        assertEquals(new Acked(12), ingest.take(node.value(), journal.key(), journal.batch(2, 7)));
        journal.add(Kind.SAMPLE, vps, 1, at(12), Journal.counters(12));
        assertEquals(new Acked(13), ingest.take(node.value(), journal.key(), journal.batch(10, 13)));
        assertEquals(range(13, 13), kept());
    }

    @Test
    void aBillCannotRestOnAReadingThatIsNotThere() {
        come();
        UUID subscription = seed.subscription(vps, owner, version, at(0), Optional.of(END));
        UUID invoice = period(0, 12, true);

        assertThrows(DatabaseException.class, () -> line(invoice, subscription, 3, 13));
    }

    @Test
    void monthsThatAreEmptyBecomeOneAndNothingElseIsLost() {
        come();
        UUID subscription = seed.subscription(vps, owner, version, at(0), Optional.of(END));
        line(period(0, 12, true), subscription, 3, 9);
        YearMonth now = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        partitions.ahead(now.plusMonths(3));
        Instant horizon = now.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);

        retention.forget(horizon);

        assertEquals(range(3, 9), kept());
        List<Boolean> empty = partitions.all().stream()
                .filter(p -> !p.end().isAfter(horizon))
                .map(partitions::empty)
                .toList();
        for (int i = 1; i < empty.size(); i++) {
            assertTrue(!empty.get(i) || !empty.get(i - 1), empty::toString);
        }
        assertEquals(Optional.empty(), partitions.all().getLast().month());
    }
}
