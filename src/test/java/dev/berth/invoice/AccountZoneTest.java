package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Months begin and end where the account is, also when it moves, when clocks are set, and on a month's last day. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AccountZoneTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final BigDecimal FEE = new BigDecimal("100");

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final class Customer {
        final UUID account = seed.account();
        final UUID node = seed.node();
        final UUID version = plan();
        final UUID vps = seed.vps(account, node, version);
        final Journal journal = new Journal();

        Customer since(Instant begin) {
            seed.subscription(vps, account, version, begin, Optional.empty());
            journal.add(Kind.OPEN, vps, 1, begin, Journal.counters(0));
            journal.add(Kind.SAMPLE, vps, 1, clock.instant(), Journal.counters(1_000));
            ingest.take(node, journal.key(), journal.all());
            return this;
        }

        void moves(Instant at, String zone) {
            seed.billingProfile(account, at, "DE", Optional.empty(), zone);
        }

        /** Oldest first. */
        List<Invoice> invoices() {
            return billing.invoices(ADA, account, Page.Ask.of(Optional.of(100), Optional.empty())).items().stream()
                    .map(summary -> billing.invoice(ADA, summary.id().value()))
                    .sorted((a, b) -> a.period().from().compareTo(b.period().from()))
                    .toList();
        }
    }

    private UUID plan() {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, FEE.toString()));
        return version;
    }

    private YearMonth month() {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
    }

    private static Instant start(YearMonth month, String zone) {
        return month.atDay(1).atStartOfDay(ZoneId.of(zone)).toInstant();
    }

    /** Twelve months in four zones: both changes of the clocks lie within. */
    @Test
    void whoMovesIsBilledForEachHourOnce() {
        YearMonth first = month().minusMonths(13);
        Customer customer = new Customer();
        Instant begin = start(first, "UTC");
        customer.moves(begin.minusSeconds(1), "UTC");
        customer.moves(start(first.plusMonths(3), "UTC").plusSeconds(86_400 * 9), "America/New_York");
        customer.moves(start(first.plusMonths(6), "UTC").plusSeconds(86_400 * 20), "Pacific/Auckland");
        customer.moves(start(first.plusMonths(9), "UTC").plusSeconds(3_600), "Europe/Berlin");
        customer.since(begin);

        run.run();

        List<Invoice> invoices = customer.invoices();
        assertTrue(invoices.size() >= 12, () -> invoices.size() + " invoices");
        BigDecimal expected = BigDecimal.ZERO;
        Instant reached = begin;
        for (Invoice invoice : invoices) {
            assertEquals(reached, invoice.period().from(), "no gap, no overlap");
            ZonedDateTime end = invoice.period().to().atZone(invoice.zone());
            assertEquals(1, end.getDayOfMonth());
            assertEquals(end.toLocalDate().atStartOfDay(invoice.zone()), end);
            expected = expected.add(feeHourByHour(invoice.period(), invoice.zone()));
            reached = invoice.period().to();
            assertTrue(billing.recompute(ADA, invoice.id().value()).same());
        }
        BigDecimal billed = invoices.stream()
                .map(invoice -> invoice.totals().net().decimal())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertTrue(
                billed.subtract(expected).abs().compareTo(new BigDecimal("0.0051")) < 0,
                "billed " + billed + ", expected " + expected);
        assertEquals(
                List.of("UTC", "America/New_York", "Pacific/Auckland", "Europe/Berlin"),
                invoices.stream().map(i -> i.zone().getId()).distinct().toList());
    }

    /** Each hour costs its share of the month that it lies in, there. */
    private static BigDecimal feeHourByHour(Period period, ZoneId zone) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Instant hour = period.from(); hour.isBefore(period.to()); hour = hour.plusSeconds(3_600)) {
            YearMonth month = YearMonth.from(hour.atZone(zone));
            Duration length = Duration.between(
                    month.atDay(1).atStartOfDay(zone),
                    month.plusMonths(1).atDay(1).atStartOfDay(zone));
            sum = sum.add(FEE.divide(BigDecimal.valueOf(length.toHours()), MathContext.DECIMAL64));
        }
        return sum;
    }

    /** The last day of a month in the zone is the first of the next in UTC, or the other way round. */
    @ParameterizedTest
    @ValueSource(strings = {"America/New_York", "Asia/Tokyo", "Europe/Berlin"})
    void aChangeOfPlanOnTheLastDayBillsBothPlansOnce(String zone) {
        // the month after it is over in every zone, too
        YearMonth last = month().minusMonths(3);
        Instant begin = start(last, zone);
        Instant end = start(last.plusMonths(1), zone);
        Instant change = end.minusSeconds(5_400);
        Customer customer = new Customer();
        customer.moves(begin.minusSeconds(1), zone);
        customer.since(begin);
        UUID second = plan();
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", change, customer.vps);
        seed.subscription(customer.vps, customer.account, second, change, Optional.empty());

        run.run();

        List<Invoice> invoices = customer.invoices();
        List<String> lines = new ArrayList<>();
        for (Invoice invoice : invoices.subList(0, 2)) {
            invoice.lines().forEach(l -> lines.add(l.subject().planVersion().equals(second) ? "new" : "old"));
        }
        assertEquals(List.of("old", "new", "new"), lines);
        assertEquals(new Period(begin, end), invoices.getFirst().period());
        assertEquals("100.00 EUR", invoices.getFirst().totals().net().toString());
        assertEquals("100.00 EUR", invoices.get(1).totals().net().toString());
    }

    @Test
    void theDraftIsInTheAccountsMonth() {
        Customer customer = new Customer();
        customer.moves(start(month().minusMonths(1), "UTC"), "Asia/Tokyo");
        customer.since(start(month(), "Asia/Tokyo").plusSeconds(60));

        Invoice draft = billing.soFar(ADA, customer.account).orElseThrow();

        assertEquals(ZoneId.of("Asia/Tokyo"), draft.zone());
        assertEquals(1, draft.period().from().atZone(ZoneId.of("Asia/Tokyo")).getDayOfMonth());
        assertEquals(draft.period(), billing.usage(ADA, customer.vps).period());
    }
}
