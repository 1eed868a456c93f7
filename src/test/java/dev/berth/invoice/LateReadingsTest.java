package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** killbill#876: what comes late is neither dropped nor does it change a closed bill. It is a line of the next one. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LateReadingsTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final int MONTHS = 4;

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    Releases releases;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    LateReadings late;

    @Inject
    Seed seed;

    /** Beginnings of months, the last of which is under way. */
    private final List<Instant> months = new ArrayList<>();

    @BeforeEach
    void someMonths() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(MONTHS);
        for (int i = 0; i <= MONTHS; i++) {
            months.add(month.plusMonths(i).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
    }

    private Instant at(int month, int day) {
        return months.get(month).plus(Duration.ofDays(day));
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
            journal.add(Kind.OPEN, vps, 1, from, Journal.counters(0));
        }

        Server used(long value, Instant at) {
            journal.add(Kind.SAMPLE, vps, 1, at, Journal.counters(value));
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

    private UUID plan(Seed.Price... more) {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        for (int i = 0; i < more.length; i++) {
            seed.tariffLine(version, 3 + i, more[i]);
        }
        return version;
    }

    /** Everything that is over is closed as far as its gate lets it, or staff do. */
    private void closed(UUID account, int upTo) {
        for (int i = 0; i < 2; i++) {
            database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
            run.run();
            billing.waiting(ADA, account).stream()
                    .filter(draft -> !draft.period().to().isAfter(months.get(upTo)))
                    .forEach(draft -> releases.release(ADA, draft.id().value(), "its node burnt down"));
        }
        run.run();
    }

    private List<Invoice> invoices(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().reversed().stream()
                .map(summary -> billing.invoice(ADA, summary.id().value()))
                .toList();
    }

    private static String line(InvoiceLine line) {
        return "%s %s %s".formatted(line.what().model(), line.quantity(), line.amount());
    }

    private void assertSame(Invoice invoice) {
        assertEquals(
                List.of(),
                billing.recompute(ADA, invoice.id().value()).differences(),
                () -> invoice.period().toString());
    }

    @Test
    void row9WhatComesLateIsALineOfTheNextBillAndTheOldOneStaysAsItWas() {
        UUID account = seed.account();
        Server server = new Server(account, plan(), months.get(2))
                .used(500, at(2, 10))
                .used(900, at(2, 20))
                .used(1_300, months.get(3))
                .used(1_500, months.get(4));
        server.arrive(2);
        closed(account, 3);
        Invoice first = invoices(account).getFirst();
        assertEquals("4.50 EUR", first.totals().net().toString());

        server.arrive(99);
        assertSame(first);
        closed(account, 4);

        List<Invoice> all = invoices(account);
        assertEquals(2, all.size());
        Invoice second = all.getLast();
        assertEquals(
                List.of(
                        "RECURRING "
                                + Duration.between(months.get(3), months.get(4)).toSeconds() + " 4.00 EUR",
                        "USAGE 200 0.20 EUR",
                        "CORRECTION 800 0.80 EUR"),
                second.lines().stream().map(LateReadingsTest::line).toList());
        InvoiceLine.Corrects corrects =
                second.lines().getLast().what().corrects().orElseThrow();
        assertEquals(first.id(), corrects.of());
        assertEquals(first.issue().map(Invoice.Issue::label), corrects.number());
        assertEquals(Optional.of(2), corrects.line());
        assertSame(first);
        assertSame(second);
        assertEquals(
                "4.50 EUR",
                billing.invoice(ADA, first.id().value()).totals().net().toString());
    }

    @Test
    void whatWasKnownIsNeverChanged() {
        UUID account = seed.account();
        new Server(account, plan(), months.get(3)).used(500, at(3, 10)).arrive(2);
        closed(account, 4);
        assertEquals(1, invoices(account).size());

        String row =
                " period_horizon%s WHERE period_id = (SELECT id FROM billing_period WHERE account_id = ? AND period_from = ?)";
        for (String change :
                List.of("UPDATE" + row.formatted(" SET seq = seq + 1"), "DELETE FROM" + row.formatted(""))) {
            assertThrows(DatabaseException.class, () -> database.update(change, account, months.get(3)));
        }
    }

    /** A bill of a month whose readings were all there has nothing to remember. */
    @Test
    void whatIsCompleteLeavesNoTrace() {
        UUID account = seed.account();
        new Server(account, plan(), months.get(3)).used(500, months.get(4)).arrive(2);
        closed(account, 4);

        assertEquals(1, invoices(account).size());
        assertEquals(
                0,
                database.number(
                        "SELECT COUNT(*) AS n FROM period_horizon h JOIN billing_period p ON p.id = h.period_id"
                                + " WHERE p.account_id = ?",
                        account));
    }

    private void coupon(UUID account, Optional<Integer> basisPoints, Optional<Long> amount) {
        UUID coupon = UUID.randomUUID();
        database.update(
                "INSERT INTO coupon (id, code, label, basis_points, amount, currency, new_accounts, valid_from,"
                        + " created_at, created_by) VALUES (?, ?, 'Thanks', ?, ?, ?, FALSE, ?, ?, 'test')",
                coupon,
                "C" + coupon.toString().substring(0, 8).toUpperCase(Locale.ROOT),
                basisPoints,
                amount,
                amount.map(_ -> "EUR"),
                months.getFirst(),
                months.getFirst());
        database.update(
                "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from)"
                        + " VALUES (?, ?, ?, 'test', ?, ?)",
                UUID.randomUUID(),
                coupon,
                account,
                months.getFirst().plusSeconds(amount.isPresent() ? 1 : 0),
                months.getFirst());
    }

    /** A quarter off everything, then 3.50 off what is left: of the fee first, then of what was sent. */
    @Test
    void whatACouponTakesOffIsCorrectedToo() {
        List<Long> totals = new ArrayList<>();
        for (boolean inTime : List.of(true, false)) {
            UUID account = seed.account();
            coupon(account, Optional.of(2_500), Optional.empty());
            coupon(account, Optional.empty(), Optional.of(350L));
            Server server = new Server(account, plan(), months.get(2))
                    .used(400, at(2, 10))
                    .used(1_200, months.get(3))
                    .used(1_600, months.get(4));
            server.arrive(inTime ? 99 : 2);
            closed(account, 3);
            server.arrive(99);
            closed(account, 4);
            invoices(account).forEach(this::assertSame);
            totals.add(invoices(account).stream()
                    .mapToLong(invoice -> invoice.totals().net().minor())
                    .sum());
        }
        // 4.00 + 1.20 - 1.30 - 3.50, and of the other month nothing is left
        assertEquals(40, totals.getFirst());
        assertEquals(totals.getFirst(), totals.getLast());
    }

    /** 90 of 100 bytes cost 9.00; all 200 of them, in the cheaper tier, 0.20: the next bill cannot bear what is due back. */
    @Test
    void aBillIsNotBelowNothingAndWhatIsDueBackWaits() {
        UUID account = seed.account();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "2"));
        seed.tariffLine(version, 2, new Seed.Price("VOLUME", Optional.of("NETWORK_BYTES_SENT"), 0, 1, "0.10"));
        seed.tariffTier(version, 2, 1, Optional.of(100L), "0.10");
        seed.tariffTier(version, 2, 2, Optional.empty(), "0.001");
        Server server = new Server(account, version, months.get(1))
                .used(90, at(1, 20))
                .used(200, months.get(2))
                .used(200, months.get(3))
                .used(295, months.get(4));
        server.arrive(2);
        closed(account, 2);
        server.arrive(4);
        closed(account, 3);
        server.arrive(5);
        closed(account, 4);

        assertEquals(
                List.of("11.00 EUR", "2.00 EUR", "2.70 EUR"),
                invoices(account).stream()
                        .map(invoice -> invoice.totals().net().toString())
                        .toList());
        invoices(account).forEach(this::assertSame);
        assertEquals(0, late.tell());
    }

    /** Deleted before its last readings came, and nothing else is billed: no bill is left that could correct it. */
    @Test
    void whatNoBillCorrectsIsToldToStaffOnce() {
        UUID account = seed.account();
        Server server =
                new Server(account, plan(), months.get(2)).used(500, at(2, 10)).used(900, at(2, 12));
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ?", at(2, 13), server.vps);
        server.arrive(2);
        closed(account, 3);
        assertEquals(1, invoices(account).size());
        assertEquals(0, late.tell());

        server.arrive(3);

        assertEquals(1, late.tell());
        assertEquals(0, late.tell());
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM metering_finding WHERE node_id = ? AND kind = 'LATE_READINGS'"
                                + " AND resolved_at IS NULL",
                        server.node));
    }

    /** Several price models, among them one that gets cheaper with more, and prices far below a cent. */
    private UUID manyPrices() {
        UUID version = plan(
                new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_RECEIVED"), 300, 100, "0.013777"),
                new Seed.Price("PACKAGE", Optional.of("CPU_TIME"), 200, 150, "0.331"),
                new Seed.Price("VOLUME", Optional.of("VOLUME"), 0, 100, "0.07"),
                new Seed.Price("TIERED", Optional.of("MEMORY"), 0, 100, "0.0119"));
        seed.tariffTier(version, 5, 1, Optional.of(900L), "0.07");
        seed.tariffTier(version, 5, 2, Optional.empty(), "0.0211");
        seed.tariffTier(version, 6, 1, Optional.of(700L), "0.0119");
        seed.tariffTier(version, 6, 2, Optional.empty(), "0.0057");
        return version;
    }

    /** Two servers that did the same for everybody; only when their readings come differs. */
    private final class Customer {
        final UUID account = seed.account();
        final List<Server> servers = new ArrayList<>();

        Customer(UUID version, long fleet) {
            Random random = new Random(fleet);
            for (int i = 0; i < 2; i++) {
                Server server = new Server(account, version, at(0, 3 * i));
                long value = 0;
                for (int month = 0; month < MONTHS; month++) {
                    for (int day = 5; day < 26; day += 5) {
                        value += random.nextInt(400);
                        server.used(value, at(month, day).plusMillis(random.nextInt(100_000_000)));
                    }
                }
                server.used(value + 77, months.get(MONTHS));
                servers.add(server);
            }
        }

        long total() {
            return invoices(account).stream()
                    .mapToLong(invoice -> invoice.totals().net().minor())
                    .sum();
        }
    }

    @Test
    void inWhateverOrderReadingsComeTheTotalIsTheSame() {
        long seedOfAll = 20_260_131;
        Random random = new Random(seedOfAll);
        UUID version = manyPrices();
        List<Customer> late = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            late.add(new Customer(version, 7));
        }
        Customer inTime = new Customer(version, 7);
        inTime.servers.forEach(server -> server.arrive(Long.MAX_VALUE));
        closed(inTime.account, MONTHS);
        int corrections = 0;
        for (int month = 1; month <= MONTHS; month++) {
            for (Customer customer : late) {
                for (Server server : customer.servers) {
                    boolean all = month == MONTHS;
                    server.arrive(all ? Long.MAX_VALUE : server.sent + random.nextInt(9));
                }
                closed(customer.account, month);
            }
        }
        for (Customer customer : late) {
            assertEquals(MONTHS, invoices(customer.account).size());
            for (Invoice invoice : invoices(customer.account)) {
                assertSame(invoice);
                corrections += (int) invoice.lines().stream()
                        .filter(line -> line.what().corrects().isPresent())
                        .count();
            }
            assertEquals(inTime.total(), customer.total(), "seed " + seedOfAll);
        }
        int seen = corrections;
        assertTrue(seen > 40, () -> seen + " corrections");
    }
}
