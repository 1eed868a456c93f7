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
import java.util.function.Function;
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
    private static final BigInteger TIER = BigInteger.valueOf(2_000_000_000);
    private static final BigDecimal LOW = new BigDecimal("0.0031");
    private static final BigDecimal HIGH = new BigDecimal("0.0017");
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
        // the last reading is some hours after it
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
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
        seed.tariffLine(version, 3, new Seed.Price("HOURLY", Optional.empty(), 0, 1, "0.0131", Optional.of("8.88")));
        seed.tariffLine(version, 4, new Seed.Price("PACKAGE", Optional.of("CPU_TIME"), 3_000_000, 1_700_000, "0.37"));
        for (int position : List.of(5, 6)) {
            String model = position == 5 ? "TIERED" : "VOLUME";
            seed.tariffLine(version, position, new Seed.Price(model, Optional.of("CPU_TIME"), 0, 1_000_000, "0"));
            seed.tariffTier(version, position, 1, Optional.of(TIER.longValueExact()), LOW.toString());
            seed.tariffTier(version, position, 2, Optional.empty(), HIGH.toString());
        }
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

    /** A month that a context was there for, in part or whole, and what it used in it. */
    private record Lived(BigDecimal seconds, BigDecimal ofMonth, BigDecimal used) {
        /** So much of a month's quantity as is due to this part, times the month's seconds. */
        BigDecimal share(long quantity) {
            return BigDecimal.valueOf(quantity).multiply(seconds);
        }

        BigDecimal usedTimesMonth() {
            return used.multiply(ofMonth);
        }
    }

    private Lived lived(Context context, Instant from, Instant to) {
        Instant begun = context.begun.isAfter(from) ? context.begun : from;
        BigInteger low = from.equals(first) ? BigInteger.valueOf(context.atInstant.getFirst()) : context.before(from);
        return new Lived(
                BigDecimal.valueOf(to.getEpochSecond() - begun.getEpochSecond()),
                BigDecimal.valueOf(to.getEpochSecond() - from.getEpochSecond()),
                new BigDecimal(context.before(to).subtract(low)));
    }

    /** Each kind of line over all periods: exact to half a cent, because fractions are carried on. */
    private long expectedCents(Context context) {
        List<Lived> months = List.of(lived(context, first, middle), lived(context, middle, last));
        List<Function<Lived, BigDecimal>> prices = List.of(
                m -> over(FEE.multiply(m.seconds()), m.ofMonth()),
                m -> over(PRICE.multiply(m.used()), new BigDecimal(PER_UNIT)),
                m -> over(new BigDecimal("0.0131").multiply(m.seconds()), BigDecimal.valueOf(3_600))
                        .min(new BigDecimal("8.88")),
                OracleTest::packages,
                OracleTest::graduated,
                OracleTest::byVolume);
        return prices.stream()
                .mapToLong(price -> cents(months.stream().map(price).reduce(BigDecimal.ZERO, BigDecimal::add)))
                .sum();
    }

    private static BigDecimal packages(Lived month) {
        BigDecimal over =
                month.usedTimesMonth().subtract(month.share(3_000_000)).max(BigDecimal.ZERO);
        BigDecimal size = BigDecimal.valueOf(1_700_000).multiply(month.ofMonth());
        return over.divide(size, 0, RoundingMode.CEILING).multiply(new BigDecimal("0.37"));
    }

    private static BigDecimal graduated(Lived month) {
        BigDecimal bound = month.share(TIER.longValueExact());
        BigDecimal low = month.usedTimesMonth().min(bound).multiply(LOW);
        BigDecimal high =
                month.usedTimesMonth().subtract(bound).max(BigDecimal.ZERO).multiply(HIGH);
        return over(low.add(high), new BigDecimal(PER_UNIT).multiply(month.ofMonth()));
    }

    private static BigDecimal byVolume(Lived month) {
        boolean cheap = month.usedTimesMonth().compareTo(month.share(TIER.longValueExact())) <= 0;
        return over(month.used().multiply(cheap ? LOW : HIGH), new BigDecimal(PER_UNIT));
    }

    private static BigDecimal over(BigDecimal value, BigDecimal divisor) {
        return value.divide(divisor, 20, RoundingMode.HALF_UP);
    }

    private static long cents(BigDecimal euros) {
        return euros.movePointRight(2).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    private boolean everyInvoiceRecomputes(UUID account) {
        return billing.invoices(ADA, account, Page.Ask.FIRST).items().stream()
                .allMatch(s -> billing.recompute(ADA, s.id().value()).same());
    }
}
