package dev.berth.invoice;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.BoughtCpu;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Verify;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.Meter;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes late, and what a cap holds back, is on a reseller's bill what it is on its customer's, at the house's prices. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ResoldReadingsTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final int MONTHS = 4;
    private static final long SECOND = 1_000_000;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    Releases releases;

    @Inject
    ReadingIngest ingest;

    @Inject
    LateReadings late;

    @Inject
    SurplusRoom rooms;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    @TempDir
    Path directory = Path.of("");

    /** Beginnings of months, the last of which is under way. */
    private final List<Instant> months = new ArrayList<>();

    private UUID wholesale = new UUID(0, 0);

    @BeforeEach
    void someMonths() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(MONTHS);
        for (int i = 0; i <= MONTHS; i++) {
            months.add(month.plusMonths(i).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        wholesale = seed.planVersion("EUR");
        prices(wholesale, "2", "0.05", "0.004");
    }

    /** Of a month, of a hundred bytes sent, and of a second of surplus. */
    private void prices(UUID version, String month, String sent, String surplus) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, sent));
        seed.tariffLine(version, 3, new Seed.Price("USAGE", Optional.of("CPU_SURPLUS"), 0, SECOND, surplus));
    }

    private Instant at(int month, int day) {
        return months.get(month).plus(Duration.ofDays(day));
    }

    /** With wholesale terms since the first month, and a plan that costs twice the house's and more. */
    private final class Reseller {
        final String caller = "client:r-" + UUID.randomUUID() + ";reseller";
        final UUID account = UUID.fromString(Given.accountOf(caller));
        final UUID retail;

        Reseller() {
            seed.terms(account, months.getFirst());
            retail = seed.retailVersion(account, wholesale);
            prices(retail, "4", "0.10", "0.01");
        }

        UUID customer() {
            return Given.customerOf(caller);
        }
    }

    /** A VPS on a node of its own, whose journal comes piece by piece. */
    private final class Server {
        final UUID node = seed.node();
        final UUID vps;
        final Journal journal = new Journal();
        long sent;

        Server(UUID account, UUID version, Instant from) {
            vps = seed.vps(account, node, version);
            seed.subscription(vps, account, version, from, Optional.empty());
            journal.add(Kind.OPEN, vps, 1, from, counters(0, 0));
        }

        /** @param bytes sent in all, and the same of everything else that is not CPU time beyond the bank */
        Server used(long bytes, long surplusSeconds, Instant at) {
            journal.add(Kind.SAMPLE, vps, 1, at, counters(bytes, surplusSeconds * SECOND));
            return this;
        }

        /** So many records, or all there are. */
        void arrive(long last) {
            long end = Math.min(last, journal.entries().size());
            if (end > sent) {
                assertEquals(new Result.Acked(end), ingest.take(node, journal.key(), journal.rooted(sent + 1, end)));
                sent = end;
            }
        }
    }

    private static Counters counters(long bytes, long surplus) {
        BigInteger wide = BigInteger.valueOf(bytes);
        return new Counters(
                bytes + surplus,
                0,
                wide,
                wide,
                bytes,
                bytes,
                0,
                0,
                bytes,
                bytes,
                0,
                Optional.empty(),
                Optional.empty(),
                surplus == 0 ? Optional.empty() : Optional.of(new BoughtCpu(0, surplus)));
    }

    /** Everything that is over is closed as far as its gate lets it, or staff do. */
    private void closed(int upTo, UUID... accounts) {
        for (int i = 0; i < 2; i++) {
            for (UUID account : accounts) {
                database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
            }
            run.run();
            for (UUID account : accounts) {
                billing.waiting(ADA, account).stream()
                        .filter(draft -> !draft.period().to().isAfter(months.get(upTo)))
                        .forEach(draft -> releases.release(ADA, draft.id().value(), "its node burnt down"));
            }
        }
        run.run();
    }

    private List<Invoice> invoices(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().reversed().stream()
                .map(summary -> billing.invoice(ADA, summary.id().value()))
                .toList();
    }

    private static List<String> lines(Invoice invoice) {
        return invoice.lines().stream()
                .filter(line -> !line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .map(line -> "%s %s %s".formatted(line.what().model(), line.quantity(), line.amount()))
                .toList();
    }

    private void assertSame(UUID account) {
        for (Invoice invoice : invoices(account)) {
            assertEquals(
                    List.of(),
                    billing.recompute(ADA, invoice.id().value()).differences(),
                    () -> invoice.period().toString());
        }
    }

    @Test
    void whatComesLateIsALineOfBothNextBills() {
        Reseller reseller = new Reseller();
        UUID customer = reseller.customer();
        Server server = new Server(customer, reseller.retail, months.get(2))
                .used(500, 0, at(2, 10))
                .used(900, 0, at(2, 20))
                .used(1_300, 0, months.get(3))
                .used(1_500, 0, months.get(4));
        server.arrive(2);
        closed(3, customer, reseller.account);
        server.arrive(99);
        closed(4, customer, reseller.account);

        String seconds =
                "RECURRING " + Duration.between(months.get(3), months.get(4)).toSeconds();
        Invoice earned = invoices(customer).getLast();
        Invoice paid = invoices(reseller.account).getLast();
        assertEquals(List.of(seconds + " 4.00 EUR", "USAGE 200 0.20 EUR", "CORRECTION 800 0.80 EUR"), lines(earned));
        assertEquals(List.of(seconds + " 2.00 EUR", "USAGE 200 0.10 EUR", "CORRECTION 800 0.40 EUR"), lines(paid));
        for (UUID account : List.of(customer, reseller.account)) {
            List<Invoice> all = invoices(account);
            assertEquals(2, all.size());
            InvoiceLine.Corrects corrects =
                    all.getLast().lines().getLast().what().corrects().orElseThrow();
            assertEquals(all.getFirst().id(), corrects.of());
            assertEquals(all.getFirst().issue().map(Invoice.Issue::label), corrects.number());
            assertSame(account);
        }
        assertEquals(0, late.tell());
        Given.as(reseller.caller)
                .get("/api/v1/margin-report?invoice=" + paid.id())
                .then()
                .statusCode(200)
                .body("earned.amount", equalTo("5.00"))
                .body("paid.amount", equalTo("2.50"))
                .body("rows", hasSize(4))
                .body("rows.sameReadings", everyItem(is(true)))
                .body("rows.retail", everyItem(hasSize(1)))
                .body("rows.wholesale", everyItem(hasSize(1)))
                .body("rows.find { it.periodFrom == '%s' }.margin.amount".formatted(months.get(2)), equalTo("0.40"));
    }

    /** Two customers whose servers did the same for everybody; only when their readings come differs. */
    private final class Sold {
        final Reseller reseller = new Reseller();
        final List<UUID> accounts = new ArrayList<>(List.of(reseller.account));
        final List<Server> servers = new ArrayList<>();

        Sold() {
            Random random = new Random(7);
            for (int i = 0; i < 2; i++) {
                UUID customer = reseller.customer();
                accounts.add(customer);
                Server server = new Server(customer, reseller.retail, at(0, 3 * i));
                seed.surplusCap(server.vps, customer, 500 + 200 * i, at(0, 3 * i));
                long value = 0;
                long surplus = 0;
                for (int month = 0; month < MONTHS; month++) {
                    for (int day = 5; day < 26; day += 5) {
                        value += random.nextInt(400);
                        surplus += random.nextInt(300);
                        server.used(value, surplus, at(month, day).plusMillis(random.nextInt(100_000_000)));
                    }
                }
                servers.add(server.used(value + 77, surplus + 5, months.get(MONTHS)));
            }
        }

        void close(int month) {
            closed(month, accounts.toArray(UUID[]::new));
        }

        List<Long> totals() {
            return accounts.stream()
                    .map(account -> invoices(account).stream()
                            .mapToLong(invoice -> invoice.totals().net().minor())
                            .sum())
                    .toList();
        }
    }

    @Test
    void inWhateverOrderReadingsComeBothPayTheSame() {
        long seedOfAll = 20_261_129;
        Random random = new Random(seedOfAll);
        Sold inTime = new Sold();
        inTime.servers.forEach(server -> server.arrive(Long.MAX_VALUE));
        inTime.close(MONTHS);
        int corrections = 0;
        for (int i = 0; i < 4; i++) {
            Sold sold = new Sold();
            for (int month = 1; month <= MONTHS; month++) {
                for (Server server : sold.servers) {
                    server.arrive(month == MONTHS ? Long.MAX_VALUE : server.sent + random.nextInt(9));
                }
                sold.close(month);
            }
            assertEquals(inTime.totals(), sold.totals(), "seed " + seedOfAll);
            sold.accounts.forEach(this::assertSame);
            corrections += (int) invoices(sold.reseller.account).stream()
                    .flatMap(invoice -> invoice.lines().stream())
                    .filter(line -> line.what().corrects().isPresent())
                    .count();
        }
        int seen = corrections;
        assertTrue(seen > 10, () -> seen + " corrections");
    }

    private InvoiceLine surplus(UUID account) {
        return invoices(account).getLast().lines().stream()
                .filter(line -> line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .findFirst()
                .orElseThrow();
    }

    private String verified(Invoice invoice) throws IOException {
        Path file = directory.resolve(invoice.id() + ".zip");
        Files.write(
                file,
                Given.as(Given.ADMIN)
                        .get("/api/v1/invoices/" + invoice.id() + "/bundle")
                        .asByteArray());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int faults = Verify.run(List.of(file.toString()), new PrintStream(said, true, StandardCharsets.UTF_8));
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(0, faults, text);
        return text;
    }

    /** 5.00 but half a cent are 499.5 s at the reseller's price; that much is what it pays for, whatever a node did. */
    @Test
    void aResellerPaysForTheSurplusThatItsCustomerPaysFor() throws IOException {
        Reseller reseller = new Reseller();
        UUID customer = reseller.customer();
        Server server = new Server(customer, reseller.retail, months.get(3)).used(0, 800, months.get(4));
        seed.surplusCap(server.vps, customer, 500, months.get(3));
        server.arrive(99);
        closed(4, customer, reseller.account);

        InvoiceLine earned = surplus(customer);
        InvoiceLine paid = surplus(reseller.account);
        assertEquals("5.00 EUR", earned.amount().toString());
        assertEquals("2.00 EUR", paid.amount().toString());
        assertEquals(BigInteger.valueOf(800 * SECOND), paid.quantity());
        assertEquals(BigInteger.valueOf(300_500_000), paid.included());
        assertEquals(earned.included(), paid.included());
        for (UUID account : List.of(customer, reseller.account)) {
            assertSame(account);
            assertTrue(verified(invoices(account).getLast()).contains("800000000 µs; amount"));
        }
        assertEquals(499_500_000, rooms.of(server.vps).orElseThrow().granted(Money.of("5.00", "EUR")));
    }

    @Test
    void withoutACapNeitherPaysForSurplus() {
        Reseller reseller = new Reseller();
        UUID customer = reseller.customer();
        Server server = new Server(customer, reseller.retail, months.get(3)).used(0, 800, months.get(4));
        server.arrive(99);
        closed(4, customer, reseller.account);

        assertEquals("0.00 EUR", surplus(customer).amount().toString());
        assertEquals("0.00 EUR", surplus(reseller.account).amount().toString());
    }

    private BigInteger surplusPaid(UUID account) {
        return invoices(account).stream()
                .flatMap(invoice -> invoice.lines().stream())
                .filter(line -> line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .map(line -> line.quantity().subtract(line.included()))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The reseller's months begin nine hours before its customer's, whose cap holds for months of its own. */
    @Test
    void inOtherMonthsTheSameSurplusIsPaidFor() {
        Reseller reseller = new Reseller();
        seed.billingProfile(reseller.account, Instant.EPOCH, "JP", Optional.empty(), "Asia/Tokyo");
        UUID customer = reseller.customer();
        Server server = new Server(customer, reseller.retail, at(0, 2))
                .used(0, 300, months.get(1).minusSeconds(20_000))
                .used(0, 400, months.get(1).minusSeconds(10_000))
                .used(0, 650, at(1, 0).plusSeconds(5_000))
                .used(0, 1_000, months.get(2).minusSeconds(40_000))
                .used(0, 1_700, months.get(2).minusSeconds(3_000))
                .used(0, 2_000, at(2, 9))
                .used(0, 2_000, months.get(4));
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", at(2, 9), server.vps);
        seed.surplusCap(server.vps, customer, 500, at(0, 2));
        server.arrive(99);
        closed(4, customer, reseller.account);

        // 499.5 s of the second month; less of the first one, and of the third
        assertTrue(surplusPaid(customer).compareTo(BigInteger.valueOf(1_000 * SECOND)) > 0);
        assertEquals(surplusPaid(customer), surplusPaid(reseller.account));
        assertSame(customer);
        assertSame(reseller.account);
    }
}
