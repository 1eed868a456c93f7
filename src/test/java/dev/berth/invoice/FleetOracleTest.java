package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MadeUpFleet;
import dev.berth.testing.MadeUpFleet.Had;
import dev.berth.testing.MadeUpFleet.Node;
import dev.berth.testing.MariaDb;
import dev.berth.testing.NaiveBill;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
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
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A made-up fleet of two nodes lives through two months: contexts start, stop and crash, change their owner and their
 * plan, hosts boot and lose their counters, clocks are set. Its journals arrive over several bill runs, in pieces that overlap
 * and come twice, and the answers to some are lost. What each account is billed must equal {@link NaiveBill}.
 */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class FleetOracleTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    BillRun run;

    @Inject
    BillRuns runs;

    @Inject
    Releases releases;

    @Inject
    BillingService billing;

    @Inject
    ReadingIngest ingest;

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final List<UUID> accounts = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 20_260_101})
    void billsWhatEachOwnerReallyHad(long seedOfChance) {
        equalsTheOracle(seedOfChance, _ -> {});
    }

    /** Staff let the first month pass before its readings have come: the second month's bills correct it. */
    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 20_260_102})
    void whatComesAfterItsBillIsBilledToTheCent(long seedOfChance) {
        equalsTheOracle(seedOfChance, this::letPass);
        assertTrue(accounts.stream().mapToLong(this::corrections).sum() > 0);
    }

    private long corrections(UUID account) {
        return database.number(
                "SELECT COUNT(*) AS n FROM invoice_line l JOIN billing_period p ON p.id = l.invoice_id"
                        + " WHERE l.model = 'CORRECTION' AND p.account_id = ?",
                account);
    }

    private void letPass(Instant end) {
        accounts.forEach(account -> database.list(
                        "SELECT id FROM billing_period WHERE state = 'PARKED' AND period_to <= ?"
                                + " AND released_because IS NULL AND account_id = ?",
                        row -> row.uuid("id"),
                        end,
                        account)
                .forEach(period -> releases.release(ADA, period, "the node will not come back")));
        runs.retryAll(ADA);
        run.run();
    }

    /** @param meanwhile what staff do after each run, told the end of the first month */
    private void equalsTheOracle(long seedOfChance, Consumer<Instant> meanwhile) {
        Random chance = new Random(seedOfChance);
        // readings go on for some hours after it
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        NaiveBill oracle =
                new NaiveBill(List.of(start(month.minusMonths(2)), start(month.minusMonths(1)), start(month)));
        MadeUpFleet fleet = fleet(chance, oracle);
        fleet.live(start(month.minusMonths(2)), start(month));

        int tranches = 4;
        for (int n = 1; n <= tranches; n++) {
            for (Node node : fleet.nodes()) {
                upload(node, (long) node.journal().entries().size() * n / tranches, chance);
            }
            run.run();
            runs.retryAll(ADA);
            meanwhile.accept(start(month.minusMonths(1)));
        }
        run.run();

        for (UUID account : accounts) {
            long billed =
                    database.number("SELECT COALESCE(SUM(net), 0) AS n FROM invoice WHERE account_id = ?", account);
            assertEquals(
                    oracle.cents(account, fleet),
                    billed,
                    () -> "seed %d, account %s\n%s".formatted(seedOfChance, account, fleet.describe(account)));
            assertTrue(everyInvoiceRecomputes(account));
            assertEquals(
                    0,
                    database.number(
                            "SELECT COUNT(*) AS n FROM billing_period WHERE state = 'PARKED' AND account_id = ?"
                                    + " AND period_to <= ?",
                            account,
                            start(month)));
        }
        assertTrue(accounts.stream()
                        .mapToLong(account -> oracle.cents(account, fleet))
                        .sum()
                > 0);
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Six contexts on two nodes; four accounts hand them on and change their plans. */
    private MadeUpFleet fleet(Random chance, NaiveBill oracle) {
        accounts.clear();
        for (int i = 0; i < 4; i++) {
            accounts.add(seed.account());
        }
        List<UUID> versions = List.of(version(NaiveBill.SMALL), version(NaiveBill.LARGE));
        MadeUpFleet fleet = new MadeUpFleet(chance, List.of(seed.node(), seed.node()));
        for (int i = 0; i < 6; i++) {
            Node node = fleet.nodes().get(i % 2);
            UUID owner = accounts.get(chance.nextInt(accounts.size()));
            UUID vps = seed.vps(owner, node.id(), versions.getFirst());
            for (Had had : fleet.add(node, vps, accounts, oracle.from(), oracle.to())) {
                UUID version = versions.get(had.plan());
                UUID subscription = seed.subscription(vps, had.account(), version, had.from(), had.to());
                database.update("UPDATE subscription SET begun_at = ? WHERE id = ?", had.begun(), subscription);
            }
        }
        return fleet;
    }

    private UUID version(NaiveBill.Plan plan) {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(
                version,
                1,
                new Seed.Price("RECURRING", Optional.empty(), 0, 1, plan.fee().toString()));
        seed.tariffLine(
                version,
                2,
                new Seed.Price("ONE_OFF", Optional.empty(), 0, 1, plan.setUp().toString()));
        seed.tariffLine(
                version,
                3,
                new Seed.Price(
                        "USAGE",
                        Optional.of("CPU_TIME"),
                        plan.included(),
                        plan.unit(),
                        plan.perUnit().toString()));
        seed.tariffLine(version, 4, new Seed.Price("TIERED", Optional.of("NETWORK_BYTES_SENT"), 0, plan.unit(), "0"));
        seed.tariffTier(version, 4, 1, Optional.of(plan.tier()), plan.low().toString());
        seed.tariffTier(version, 4, 2, Optional.empty(), plan.high().toString());
        return version;
    }

    /** In pieces that overlap, come twice, and at times too early; a third of the answers are never seen. */
    private void upload(Node node, long upTo, Random chance) {
        Journal journal = node.journal();
        long acked = node.acked();
        for (int sends = 0; acked < upTo; sends++) {
            assertTrue(sends < 10_000, "does not end");
            long from = Math.max(1, Math.min(upTo, acked + 1 + chance.nextInt(60) - 50));
            long to = Math.min(upTo, from + chance.nextInt(200));
            Result result = ingest.take(node.id(), journal.key(), journal.batch(from, to));
            if (result instanceof Result.Acked(long seq) && chance.nextInt(3) > 0) {
                acked = seq;
            }
        }
        node.acked(acked);
    }

    private boolean everyInvoiceRecomputes(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().stream()
                .allMatch(s -> billing.recompute(ADA, s.id().value()).same());
    }
}
