package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.store.Finding;
import dev.berth.metering.store.Findings;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What comes late is told to staff, or a bill corrects it: one of the two, never both. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LateReadingsToldTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    Releases releases;

    @Inject
    ReadingIngest ingest;

    @Inject
    Findings findings;

    @Inject
    LateReadings late;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    /** A day, counted from 0, of the month that was so many before this one. */
    private Instant day(int before, int day) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plus(Duration.ofDays(day));
    }

    private UUID priced(UUID version, String month, String sent) {
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, month));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, sent));
        return version;
    }

    private UUID plan() {
        return priced(seed.planVersion("EUR"), "4", "0.10");
    }

    /** A node whose journal comes piece by piece. */
    private final class Node {
        final UUID id = seed.node();
        final Journal journal = new Journal();
        long sent;

        UUID server(UUID account, UUID version, Instant from, Optional<Instant> to) {
            UUID vps = seed.vps(account, id, version);
            seed.subscription(vps, account, version, from, to);
            journal.add(Kind.OPEN, vps, 1, from, Journal.counters(0));
            return vps;
        }

        Node used(UUID vps, long value, Instant at) {
            journal.add(Kind.SAMPLE, vps, 1, at, Journal.counters(value));
            return this;
        }

        void arrive(long last) {
            assertEquals(new Result.Acked(last), ingest.take(id, journal.key(), journal.rooted(sent + 1, last)));
            sent = last;
        }

        List<String> told() {
            return findings.ofNode(ADA, id).stream()
                    .filter(finding -> finding.resolvedAt().isEmpty())
                    .map(Finding::detail)
                    .toList();
        }
    }

    private static String name(UUID vps) {
        return "h" + vps.toString().substring(24);
    }

    /** Everything that ended by then is closed as far as its gate lets it, or staff do. */
    private void closed(UUID account, Instant end) {
        for (int i = 0; i < 3; i++) {
            database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
            run.run();
            billing.waiting(ADA, account).stream()
                    .filter(draft -> !draft.period().to().isAfter(end))
                    .findFirst()
                    .ifPresent(draft -> releases.release(ADA, draft.id().value(), "its node burnt down"));
        }
    }

    private Invoice newest(UUID account) {
        return billing.invoice(
                ADA,
                billing.invoices(ADA, account, Page.Ask.FIRST)
                        .items()
                        .getFirst()
                        .id()
                        .value());
    }

    private void assertBilled(UUID account, Instant from, String... models) {
        Invoice invoice = newest(account);
        assertEquals(from, invoice.period().from());
        assertEquals(
                List.of(models),
                invoice.lines().stream().map(line -> line.what().model()).toList());
        assertEquals(List.of(), billing.recompute(ADA, invoice.id().value()).differences());
    }

    /** They may have charged it by hand. */
    @Test
    void whatStaffWereToldIsNotBilledWhenTheCustomerComesBack() {
        UUID account = seed.account();
        Node node = new Node();
        UUID vps = node.server(account, plan(), day(3, 0), Optional.of(day(3, 13)));
        node.used(vps, 500, day(3, 10))
                .used(vps, 900, day(3, 12))
                .used(vps, 950, day(3, 12).plusSeconds(60));
        node.arrive(2);
        closed(account, day(2, 0));
        node.arrive(3);
        assertEquals(1, late.tell());
        assertEquals(0, late.tell());
        Node other = new Node();
        UUID next = other.server(account, plan(), day(1, 0), Optional.empty());
        other.used(next, 100, day(0, 0)).arrive(2);
        closed(account, day(0, 0));

        assertBilled(account, day(1, 0), "RECURRING", "USAGE");
        node.arrive(4);
        assertEquals(1, late.tell());
        assertEquals(0, late.tell());
    }

    /** Its next bill is old enough to correct it, and waits for readings since. */
    @Test
    void whatABillThatWaitsWillCorrectIsNotTold() {
        UUID account = seed.account();
        Node node = new Node();
        UUID vps = node.server(account, plan(), day(14, 0), Optional.of(day(14, 13)));
        node.used(vps, 500, day(14, 10)).used(vps, 900, day(14, 12)).arrive(2);
        closed(account, day(13, 0));
        Node other = new Node();
        UUID next = other.server(account, plan(), day(1, 0), Optional.empty());
        other.used(next, 100, day(0, 0)).arrive(1);
        closed(account, day(1, 0));
        node.arrive(3);

        assertEquals(0, late.tell());
        other.arrive(2);
        closed(account, day(0, 0));
        assertBilled(account, day(1, 0), "RECURRING", "USAGE", "CORRECTION");
        assertEquals(0, late.tell());
    }

    @Test
    void oneFindingSaysItOfEachServerAndWhereACounterWentBack() {
        UUID account = seed.account();
        Node node = new Node();
        UUID one = node.server(account, plan(), day(3, 0), Optional.of(day(3, 13)));
        UUID two = node.server(account, plan(), day(3, 0), Optional.of(day(3, 13)));
        node.used(one, 500, day(3, 10)).used(two, 500, day(3, 10)).used(one, 900, day(3, 12));
        node.used(two, 300, day(3, 12)).used(two, 800, day(3, 12).plusSeconds(60));
        node.arrive(4);
        closed(account, day(2, 0));
        node.arrive(5);
        assertEquals(1, late.tell());
        node.arrive(7);
        assertEquals(1, late.tell());

        String time = " from %s to %s".formatted(day(3, 0), day(2, 0));
        assertEquals(
                List.of("readings came after bills were closed, and no later bill corrects them: " + name(one) + time
                        + "; " + name(two) + time + ", in which a counter went back"),
                node.told());
    }

    /** A finding has room for 500 characters. */
    @Test
    void whatAFindingHasNoRoomForIsToldWhenStaffHaveLookedAtIt() {
        UUID account = seed.account();
        Node node = new Node();
        UUID version = plan();
        List<UUID> servers = IntStream.range(0, 9)
                .mapToObj(_ -> node.server(account, version, day(3, 0), Optional.of(day(3, 13))))
                .toList();
        servers.forEach(vps -> node.used(vps, 500, day(3, 10)));
        node.arrive(9);
        closed(account, day(2, 0));
        node.arrive(18);

        int first = late.tell();
        assertEquals(first, database.number("SELECT COUNT(*) AS n FROM late_readings_told WHERE node_id = ?", node.id));
        assertEquals(0, late.tell());
        findings.resolve(ADA, node.id, findings.ofNode(ADA, node.id).getFirst().id(), "charged by hand");
        assertEquals(9 - first, late.tell());
        assertEquals(1, node.told().size());
    }

    /** From then on the customer's bills are the reseller's, and its money is not the house's. */
    @Test
    void whatTheHouseBilledIsNotCorrectedOnAResellersBill() {
        String caller = "client:r-" + UUID.randomUUID() + ";reseller";
        UUID reseller = UUID.fromString(Given.accountOf(caller));
        UUID customer = Given.customerOf(caller);
        UUID wholesale = priced(seed.planVersion("EUR"), "2", "0.05");
        UUID retail = priced(seed.retailVersion(reseller, wholesale), "4", "0.10");
        seed.terms(reseller, day(2, 5));
        Node node = new Node();
        UUID vps = node.server(customer, retail, day(2, 0), Optional.empty());
        node.used(vps, 500, day(2, 10)).used(vps, 900, day(1, 0)).used(vps, 1_000, day(0, 0));
        node.arrive(2);
        closed(customer, day(1, 0));
        assertEquals("2.25 EUR", newest(customer).totals().net().toString());
        node.arrive(4);

        assertEquals(1, late.tell());
        closed(customer, day(0, 0));
        closed(reseller, day(0, 0));
        assertBilled(customer, day(1, 0), "RECURRING", "USAGE");
        assertBilled(reseller, day(1, 0), "RECURRING", "USAGE");
        assertEquals(0, late.tell());
    }

    @Test
    void whatComesBeforeStaffWereToldIsNotOnThatBillEither() {
        String caller = "client:r-" + UUID.randomUUID() + ";reseller";
        UUID reseller = UUID.fromString(Given.accountOf(caller));
        UUID customer = Given.customerOf(caller);
        UUID retail = priced(seed.retailVersion(reseller, priced(seed.planVersion("EUR"), "2", "0.05")), "4", "0.10");
        seed.terms(reseller, day(2, 5));
        Node node = new Node();
        UUID vps = node.server(customer, retail, day(2, 0), Optional.empty());
        node.used(vps, 500, day(2, 10)).used(vps, 900, day(1, 0)).used(vps, 1_000, day(0, 0));
        node.arrive(2);
        closed(customer, day(1, 0));
        node.arrive(4);

        closed(customer, day(0, 0));
        assertBilled(customer, day(1, 0), "RECURRING", "USAGE");
        assertEquals(1, late.tell());
    }
}
