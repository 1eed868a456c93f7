package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Wholesale terms begin in the middle of months that begin at other hours for the reseller than for its customer: what was measured is
 * billed by the house once, to one of them, and to the customer once, by one of the two.
 */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class WholesaleStartTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final int MONTHS = 4;
    private static final String FEE = "RECURRING";
    private static final String USAGE = "USAGE";

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    PeriodStore periods;

    @Inject
    Gate gate;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final List<Instant> months = new ArrayList<>();
    private final String caller = "client:r-" + UUID.randomUUID() + ";reseller";
    private UUID reseller = new UUID(0, 0);
    private UUID customer = new UUID(0, 0);
    private UUID retail = new UUID(0, 0);
    private Instant begun = Instant.EPOCH;
    private Instant ended = Instant.EPOCH;

    @BeforeEach
    void aReseller() {
        // all of them are over in every zone
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(MONTHS + 1);
        for (int i = 0; i <= MONTHS; i++) {
            months.add(month.plusMonths(i).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        begun = months.get(0).plusSeconds(86_401);
        ended = months.get(3).plus(Duration.ofDays(20)).plusSeconds(7);
        reseller = UUID.fromString(Given.accountOf(caller));
        customer = Given.customerOf(caller);
        UUID wholesale = seed.planVersion("EUR");
        prices(wholesale, "2", "0.05");
        retail = seed.retailVersion(reseller, wholesale);
        prices(retail, "4", "0.10");
    }

    private void prices(UUID version, String month, String sent) {
        seed.tariffLine(version, 1, new Seed.Price(FEE, Optional.empty(), 0, 1, month));
        seed.tariffLine(version, 2, new Seed.Price(USAGE, Optional.of("NETWORK_BYTES_SENT"), 0, 100, sent));
    }

    /** @return bytes sent in all */
    private long server() {
        UUID node = seed.node();
        UUID vps = seed.vps(customer, node, retail);
        seed.subscription(vps, customer, retail, begun, Optional.of(ended));
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, begun, Journal.counters(0));
        Random random = new Random(20_261_129);
        long sent = 0;
        for (Instant at = begun; at.isBefore(ended); at = at.plusSeconds(10_000 + random.nextInt(20_000))) {
            sent += random.nextInt(10_000);
            journal.add(Kind.SAMPLE, vps, 1, at.plusMillis(1 + random.nextInt(900)), Journal.counters(sent));
        }
        sent += 17;
        journal.add(Kind.SAMPLE, vps, 1, ended, Journal.counters(sent));
        ingest.take(node, journal.key(), journal.all());
        return sent;
    }

    private List<Invoice> invoices(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().reversed().stream()
                .map(summary -> billing.invoice(ADA, summary.id().value()))
                .toList();
    }

    /** Whether an invoice is the reseller's to its customer. */
    private boolean resold(Invoice invoice) {
        return invoice.parties().seller().key().equals(reseller.toString());
    }

    private static BigInteger sum(List<Invoice> invoices, String model) {
        return lines(invoices, model).map(InvoiceLine::quantity).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static Stream<InvoiceLine> lines(List<Invoice> invoices, String model) {
        return invoices.stream()
                .flatMap(invoice -> invoice.lines().stream())
                .filter(line -> line.what().model().equals(model));
    }

    /** The time that usage lines are for, put together; it must lie without a hole and without being there twice. */
    private static Period time(List<Invoice> invoices) {
        List<Period> parts = lines(invoices, USAGE)
                .flatMap(line -> line.intervals().stream())
                .map(RatedInterval::period)
                .sorted(Comparator.comparing(Period::from))
                .toList();
        for (int i = 1; i < parts.size(); i++) {
            assertEquals(parts.get(i - 1).to(), parts.get(i).from(), parts::toString);
        }
        return new Period(parts.getFirst().from(), parts.getLast().to());
    }

    @ParameterizedTest
    @CsvSource({
        "Asia/Tokyo, America/New_York",
        "America/New_York, Asia/Tokyo",
        "Asia/Tokyo, UTC",
        "Pacific/Kiritimati, Pacific/Pago_Pago",
        "Europe/Berlin, Europe/Berlin"
    })
    void eachSecondIsBilledOnceOnEachLevel(String resellers, String customers) {
        seed.billingProfile(reseller, Instant.EPOCH, "DE", Optional.empty(), resellers);
        seed.billingProfile(customer, Instant.EPOCH, "DE", Optional.empty(), customers);
        seed.terms(reseller, months.get(1).plusSeconds(864_000).plusNanos(5_000));
        long sent = server();

        run.run();
        run.run();

        List<Invoice> all = invoices(customer);
        List<Invoice> earned = all.stream().filter(this::resold).toList();
        List<Invoice> house = all.stream().filter(invoice -> !resold(invoice)).toList();
        List<Invoice> paid = invoices(reseller);
        assertEquals(begun, time(house).from());
        assertEquals(time(house).to(), time(earned).from());
        assertEquals(time(earned), time(paid));
        assertEquals(ended, time(paid).to());
        assertEquals(BigInteger.valueOf(sent), sum(house, USAGE).add(sum(paid, USAGE)));
        assertEquals(sum(earned, USAGE), sum(paid, USAGE));
        long seconds = ended.getEpochSecond() - begun.getEpochSecond();
        assertEquals(BigInteger.valueOf(seconds), sum(house, FEE).add(sum(paid, FEE)));
        assertEquals(sum(earned, FEE), sum(paid, FEE));
        Stream.concat(all.stream(), paid.stream())
                .forEach(invoice ->
                        assertTrue(billing.recompute(ADA, invoice.id().value()).same(), invoice.period()::toString));
        assertReported(earned, paid);
    }

    /** Each line of both sides is in one report: that of one of the reseller's periods. */
    private void assertReported(List<Invoice> earned, List<Invoice> paid) {
        BigDecimal above = BigDecimal.ZERO;
        BigDecimal below = BigDecimal.ZERO;
        List<UUID> closed = database.list(
                "SELECT id FROM billing_period WHERE account_id = ? AND closed_at IS NOT NULL",
                row -> row.uuid("id"),
                reseller);
        for (UUID period : closed) {
            var report = Given.as(caller)
                    .get("/api/v1/margin-report?invoice=" + period)
                    .then()
                    .statusCode(200)
                    .extract();
            above = above.add(new BigDecimal(report.<String>path("earned.amount")));
            below = below.add(new BigDecimal(report.<String>path("paid.amount")));
        }
        assertEquals(net(earned), above);
        assertEquals(net(paid), below);
    }

    private static BigDecimal net(List<Invoice> invoices) {
        return invoices.stream()
                .map(invoice -> invoice.totals().net().decimal())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Whose time it is depends on the customer's periods: without them nothing is closed. */
    @Test
    void aResellersBillWaitsForItsCustomersPeriods() {
        seed.terms(reseller, months.get(1));
        server();
        periods.open(new AccountId(reseller));
        DuePeriod due = periods.waiting(Optional.of(new AccountId(reseller)), 1).getFirst();

        assertTrue(gate.allReasons(due).getFirst().contains("its owner has no billing period yet"));
        periods.open(new AccountId(customer));
        assertEquals(List.of(), gate.allReasons(due));
    }
}
