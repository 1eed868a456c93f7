package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditService;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.BillRuns.Run;
import dev.berth.invoice.BillRuns.State;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.InvoiceId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What staff see of runs: exact counts whoever did the work, and no run that seems to go on for ever. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BillRunsTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillRuns runs;

    @Inject
    RunLog log;

    @Inject
    BillingService billing;

    @Inject
    AuditService audit;

    @Inject
    ReadingIngest ingest;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void nothingElseIsDue() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        run.run();
    }

    private UUID customer(String planCurrency, Instant readUpTo) {
        UUID account = seed.account();
        UUID node = seed.node();
        UUID version = seed.planVersion(planCurrency);
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, readUpTo, Journal.counters(1));
        ingest.take(node, journal.key(), journal.all());
        return account;
    }

    private List<Run> since(Set<UUID> before) {
        return runs.standing(ADA).runs().stream()
                .filter(r -> !before.contains(r.id()))
                .toList();
    }

    private Set<UUID> known() {
        Set<UUID> ids = new HashSet<>();
        runs.standing(ADA).runs().forEach(r -> ids.add(r.id()));
        return ids;
    }

    @Test
    void whatIsDoneIsCountedOnceHoweverManyDoIt() throws Exception {
        Set<UUID> before = known();
        List<UUID> good = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            good.add(customer("EUR", end));
        }
        UUID waiting = customer("EUR", end.minusSeconds(3_600));
        UUID poisoned = customer("USD", end);

        try (ExecutorService replicas = Executors.newFixedThreadPool(3)) {
            List<Future<BillRun.Outcome>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(replicas.submit(run::run));
            }
            for (Future<BillRun.Outcome> one : all) {
                one.get();
            }
        }

        List<Run> noted = since(before);
        assertTrue(noted.stream()
                .allMatch(r -> r.state() == State.FINISHED && r.finishedAt().isPresent()));
        assertEquals(
                good.size(),
                noted.stream().mapToLong(r -> r.counts().invoiced()).sum());
        assertTrue(noted.stream().mapToLong(r -> r.counts().parked()).sum() >= 1);
        assertTrue(noted.stream().mapToLong(r -> r.counts().failed()).sum() >= 1);
        assertEquals(List.of(false), failed(waiting));
        assertEquals(List.of(true), failed(poisoned));
        assertTrue(runs.standing(ADA).failed() >= 1);
    }

    private List<Boolean> failed(UUID account) {
        return billing.parked(ADA).stream()
                .filter(p -> p.account().value().equals(account))
                .map(BillingService.Parked::failed)
                .toList();
    }

    @Test
    void aRunThatFindsNothingIsNotNoted() {
        database.update("UPDATE billing_period SET next_attempt_at = '9000-01-01' WHERE state = 'PARKED'");
        Set<UUID> before = known();

        run.run();

        assertEquals(List.of(), since(before));
    }

    @Test
    void aRunUnderWaySaysWhatItIsAtAndAKilledOneIsBrokenOff() {
        Set<UUID> before = known();
        UUID account = customer("EUR", end);
        billing.soFar(ADA, account);
        InvoiceId period = billing.waiting(ADA, account).getFirst().id();
        RunLog.Run underWay = log.begin();
        underWay.at(period);
        log.beat();

        Run seen = since(before).getFirst();
        assertEquals(State.RUNNING, seen.state());
        assertEquals(Optional.of(period), seen.at().map(BillRuns.At::period));

        // killed: it never comes to its end, and no sign of life follows
        Instant silent = clock.instant().minus(RunLog.LONGEST_SILENCE).minusSeconds(1);
        database.update("UPDATE bill_run_beat SET beat_at = ? WHERE bill_run_id = ?", silent, seen.id());

        assertEquals(State.BROKEN_OFF, since(before).getFirst().state());
        underWay.close();
        run.run();
        assertEquals(1, billing.invoices(ADA, account, Page.Ask.FIRST).items().size());
    }

    @Test
    void staffHaveAParkedPeriodLookedAtAtOnce() {
        UUID account = customer("EUR", end.minusSeconds(3_600));
        run.run();
        UUID period = billing.waiting(ADA, account).getFirst().id().value();
        Instant later = clock.instant().plus(Duration.ofDays(1));
        database.update("UPDATE billing_period SET next_attempt_at = ? WHERE id = ?", later, period);
        int tries = attempts(period);
        run.run();
        assertEquals(tries, attempts(period));

        runs.retry(ADA, period);
        run.run();

        assertEquals(tries + 1, attempts(period));
        assertEquals(
                "billing-period.retry",
                audit.list(AuditService.Query.ALL.ofSubject(period), 1)
                        .getFirst()
                        .action());
        assertThrows(Problem.class, () -> runs.retry(ADA, Ids.next(clock)));
    }

    private int attempts(UUID period) {
        return (int) database.number("SELECT attempts AS n FROM billing_period WHERE id = ?", period);
    }

    @Test
    void thePageShowsRunsAndTakesARetry() {
        customer("EUR", end.minusSeconds(3_600));
        run.run();

        String page = Given.browsing(Given.SUPPORT)
                .get("/staff/bill-runs")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertTrue(page.contains("data-testid=\"run\"") && page.contains("data-testid=\"retry-all\""), page);
        String part = Given.browsing(Given.SUPPORT)
                .get("/staff/bill-runs/live")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertTrue(part.stripLeading().startsWith("<div id=\"runs\""), part);
        String key = page.replaceAll("(?s).*name=\"key\" value=\"([^\"]+)\".*", "$1");
        Given.browsing(Given.SUPPORT)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .post("/staff/bill-runs/retry")
                .then()
                .statusCode(303);
    }
}
