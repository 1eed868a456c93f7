package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.GapPolicy;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.metering.store.ReadingStore;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
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
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bill was released; what came later for its time says that a node was away twice, once in time that had been looked at. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LateGapTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    Releases releases;

    @Inject
    Earlier earlier;

    @Inject
    Billed billed;

    @Inject
    PeriodStore periods;

    @Inject
    ReadingStore readings;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final Journal journal = new Journal();
    private UUID account = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);

    private Instant day(int before, int day) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plus(Duration.ofDays(day));
    }

    @BeforeEach
    void aMonthThatWasReleased() {
        account = seed.account();
        node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, day(3, 0), Optional.empty());
        journal.add(Kind.OPEN, vps, 1, day(3, 0), Journal.counters(0));
        gap(100, day(3, 5));
        sample(500, day(3, 10));
        sample(700, day(3, 12));
        gap(900, day(3, 20));
        sample(1_300, day(2, 0));
        sample(1_450, day(1, 0));
        arrive(1, 3);
        run();
        release(day(2, 0));
        run();
        assertEquals(1, billing.invoices(ADA, account, Page.Ask.FIRST).items().size());
    }

    private void sample(long value, Instant at) {
        journal.add(Kind.SAMPLE, vps, 1, at, Journal.counters(value));
    }

    private void gap(long value, Instant at) {
        journal.add(new Reading(
                Kind.GAP,
                vps.toString(),
                1,
                Journal.BOOT,
                1,
                at.toEpochMilli(),
                at.toEpochMilli() * 1_000_000,
                true,
                Journal.counters(value),
                Optional.of("away")));
    }

    private void arrive(long first, long last) {
        assertEquals(new Result.Acked(last), ingest.take(node, journal.key(), journal.rooted(first, last)));
    }

    private void run() {
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
    }

    private void release(Instant end) {
        billing.waiting(ADA, account).stream()
                .filter(draft -> !draft.period().to().isAfter(end))
                .forEach(draft -> releases.release(ADA, draft.id().value(), "its node burnt down"));
    }

    /** Of the oldest bill that is not closed. */
    private List<String> reasons(GapPolicy policy) {
        DuePeriod due = periods.waiting(Optional.of(new AccountId(account)), 1).getFirst();
        return new LateFaults(earlier, billed, readings, policy).reasons(due).toList();
    }

    @Test
    void askWaitsForStaffWhoAreAskedOnce() {
        arrive(4, 4);
        assertEquals(List.of(), reasons(GapPolicy.ASK));

        arrive(5, 7);
        assertEquals(
                List.of(
                        "%s: reading %s#5 came late for the bill from %s to %s, and readings are missing before it: release this bill to correct that one by what was measured"
                                .formatted("h" + vps.toString().substring(24), node, day(3, 0), day(2, 0))),
                reasons(GapPolicy.ASK));
        release(day(1, 0));
        run();
        assertEquals(
                day(1, 0),
                periods.waiting(Optional.of(new AccountId(account)), 1)
                        .getFirst()
                        .period()
                        .from());
        assertEquals(List.of(), reasons(GapPolicy.ASK));
    }

    @Test
    void nothingAsksNobody() {
        arrive(4, 7);

        assertEquals(List.of(), reasons(GapPolicy.NOTHING));
    }
}
