package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A made-up fleet lives through two months of starts, stops, reboots and readings at odd times; its journals arrive in
 * pieces, twice, and out of order. What is billed must equal a computation that knows what the contexts really did and
 * shares no code with metering, rating or billing.
 */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class OracleTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final BigInteger PER_UNIT = BigInteger.valueOf(1_000_000);
    private static final BigDecimal FEE = new BigDecimal("7.77");
    private static final BigDecimal PRICE = new BigDecimal("0.0123");

    @Inject
    BillRun run;

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

    private Instant first = Instant.EPOCH;
    private Instant middle = Instant.EPOCH;
    private Instant last = Instant.EPOCH;

    /** One context: what it truly used, read by read. */
    private final class Context {
        final UUID account = seed.account();
        final UUID vps;
        final Instant begun;
        long startNo;
        long truth;
        /** What the node's counters showed before a reboot began them anew. */
        final List<Long> atInstant = new ArrayList<>();

        final List<Instant> instants = new ArrayList<>();

        Context(UUID node, UUID version, Instant begun) {
            this.vps = seed.vps(account, node, version);
            this.begun = begun;
            seed.subscription(vps, account, version, begun, Optional.empty());
        }

        void read(Journal journal, Kind kind, Instant at) {
            journal.add(kind, vps, startNo, at, counters(truth));
            instants.add(at);
            atInstant.add(truth);
        }

        /** True use before an instant, spread evenly between two readings, rounded down. */
        BigInteger before(Instant instant) {
            for (int i = 0; i < instants.size(); i++) {
                if (!instants.get(i).isBefore(instant)) {
                    return i == 0 ? BigInteger.ZERO : between(i, instant);
                }
            }
            throw new IllegalStateException("not read up to " + instant);
        }

        private BigInteger between(int i, Instant instant) {
            BigInteger passed = millis(instants.get(i - 1), instant);
            BigInteger whole = millis(instants.get(i - 1), instants.get(i));
            BigInteger low = BigInteger.valueOf(atInstant.get(i - 1));
            BigInteger step = BigInteger.valueOf(atInstant.get(i)).subtract(low);
            return low.add(step.multiply(passed).divide(whole));
        }
    }

    private static BigInteger millis(Instant from, Instant to) {
        return BigInteger.valueOf(Duration.between(from, to).toMillis());
    }

    private static Counters counters(long value) {
        return new Counters(value, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_260_101})
    void billsWhatTheContextsReallyDid(long seedOfChance) {
        Random chance = new Random(seedOfChance);
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        first = start(month.minusMonths(2));
        middle = start(month.minusMonths(1));
        last = start(month);
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, FEE.toString()));
        seed.tariffLine(
                version,
                2,
                new Seed.Price("USAGE", Optional.of("CPU_TIME"), 0, PER_UNIT.longValueExact(), PRICE.toString()));
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            contexts.add(new Context(node, version, first.plusSeconds(chance.nextInt(20 * 86_400))));
        }
        Journal journal = live(contexts, chance);
        upload(node, journal, chance);

        run.run();

        for (Context context : contexts) {
            long billed = database.number(
                    "SELECT COALESCE(SUM(net), 0) AS n FROM invoice WHERE account_id = ?", context.account);
            assertEquals(expectedCents(context), billed, () -> "seed " + seedOfChance + ", account " + context.account);
            assertTrue(everyInvoiceRecomputes(context.account));
        }
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Starts, works, stops and is read until a little after the second month. */
    private Journal live(List<Context> contexts, Random chance) {
        Journal journal = new Journal();
        Instant now = first;
        while (now.isBefore(last)) {
            now = now.plusMillis(1 + chance.nextInt(5 * 3_600_000));
            for (Context context : contexts) {
                if (now.isAfter(context.begun)) {
                    step(context, journal, now, chance);
                }
            }
        }
        return journal;
    }

    private static void step(Context context, Journal journal, Instant now, Random chance) {
        if (context.startNo == 0) {
            context.startNo = 1;
            context.read(journal, Kind.OPEN, now);
            return;
        }
        context.truth += chance.nextInt(4) == 0 ? 0 : chance.nextLong(40_000_000);
        switch (chance.nextInt(12)) {
            case 0 -> {
                context.read(journal, Kind.CLOSE, now);
                context.startNo++;
                context.read(journal, Kind.OPEN, now.plusMillis(1));
            }
            case 1, 2, 3 -> {
                // nobody read it this time
            }
            default -> context.read(journal, Kind.SAMPLE, now);
        }
        if (!context.instants.getLast().equals(now)
                && now.isAfter(context.instants.getLast().plusMillis(1))) {
            context.read(journal, Kind.SAMPLE, now);
        }
    }

    /** In pieces that overlap, come twice, and at times too early. */
    private void upload(UUID node, Journal journal, Random chance) {
        long size = journal.entries().size();
        long acked = 0;
        for (int sends = 0; acked < size; sends++) {
            assertTrue(sends < 10_000, "does not end");
            long from = Math.max(1, Math.min(size, acked + 1 + chance.nextInt(200) - 150));
            long to = Math.min(size, from + chance.nextInt(400));
            Result result = ingest.take(node, journal.key(), journal.batch(from, to));
            if (result instanceof Result.Acked(long seq)) {
                acked = seq;
            } else {
                assertInstanceOf(Result.Hole.class, result);
            }
        }
    }

    /** Each kind of line over all periods: exact to half a cent, because fractions are carried on. */
    private long expectedCents(Context context) {
        return cents(fee(context)) + cents(use(context));
    }

    private BigDecimal fee(Context context) {
        BigDecimal seconds = BigDecimal.valueOf(
                middle.getEpochSecond() - Math.max(context.begun.getEpochSecond(), first.getEpochSecond()));
        BigDecimal month = BigDecimal.valueOf(middle.getEpochSecond() - first.getEpochSecond());
        return FEE.add(FEE.multiply(seconds).divide(month, 20, RoundingMode.HALF_UP));
    }

    private BigDecimal use(Context context) {
        BigInteger used = context.before(last).subtract(BigInteger.valueOf(context.atInstant.getFirst()));
        return PRICE.multiply(new BigDecimal(used)).divide(new BigDecimal(PER_UNIT), 20, RoundingMode.HALF_UP);
    }

    private static long cents(BigDecimal euros) {
        return euros.movePointRight(2).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    private boolean everyInvoiceRecomputes(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().stream()
                .allMatch(s -> billing.recompute(ADA, s.id().value()).same());
    }
}
