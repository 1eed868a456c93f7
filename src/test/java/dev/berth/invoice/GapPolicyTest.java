package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.ReadingSink.Result.Acked;
import dev.berth.metering.GapPolicy;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.metering.store.ReadingStore;
import dev.berth.reconcile.Findings;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gate says of a day in which a node was away for four hours. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class GapPolicyTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");

    @Inject
    LateFaults late;

    @Inject
    Findings findings;

    @Inject
    Billed billed;

    @Inject
    PeriodStore periods;

    @Inject
    ReadingStore readings;

    @Inject
    ReadingIngest ingest;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private UUID account = UUID.randomUUID();

    @BeforeEach
    void aGapFromTenToFourteen() {
        account = seed.account();
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, START, Optional.empty());
        Journal journal = new Journal();
        for (int hour = 0; hour <= 48; hour++) {
            Instant at = START.plus(Duration.ofHours(hour));
            if (hour == 14) {
                journal.add(new Reading(
                        Kind.GAP,
                        vps.toString(),
                        1,
                        Journal.BOOT,
                        1,
                        at.toEpochMilli(),
                        at.toEpochMilli() * 1_000_000,
                        true,
                        Journal.counters(10),
                        Optional.of("away")));
            }
            if (hour <= 10 || hour >= 14) {
                journal.add(hour == 0 ? Kind.OPEN : Kind.SAMPLE, vps, 1, at, Journal.counters(hour));
            }
        }
        long last = journal.entries().size();
        assertEquals(new Acked(last), ingest.take(node, journal.key(), journal.all()));
    }

    private List<String> reasons(GapPolicy policy, int day) {
        Instant from = START.plus(Duration.ofDays(day));
        DuePeriod due = new DuePeriod(
                new InvoiceId(UUID.randomUUID()),
                new AccountId(account),
                new Period(from, from.plus(Duration.ofDays(1))),
                DuePeriod.State.OPEN,
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                ZoneOffset.UTC,
                WhileSuspended.PAUSE);
        return new Gate(billed, periods, readings, late, findings, clock, policy).allReasons(due);
    }

    @Test
    void nothingChargesWhatWasMeasured() {
        assertEquals(List.of(), reasons(GapPolicy.NOTHING, 0));
    }

    @Test
    void askWaitsForStaff() {
        List<String> reasons = reasons(GapPolicy.ASK, 0);

        assertEquals(1, reasons.size());
        assertTrue(reasons.getFirst().contains("readings are missing before"), reasons::toString);
    }

    @Test
    void aDayWithoutAGapAsksNobody() {
        assertEquals(List.of(), reasons(GapPolicy.ASK, 1));
    }
}
