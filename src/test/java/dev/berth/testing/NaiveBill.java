package dev.berth.testing;

import dev.berth.testing.MadeUpFleet.Context;
import dev.berth.testing.MadeUpFleet.Had;
import dev.berth.testing.MadeUpFleet.Look;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What accounts owe, computed from what contexts truly did by somebody who has never seen metering, rating or billing: month by
 * month, line by line, each line's fractions of a cent carried on.
 */
public final class NaiveBill {
    public static final Plan SMALL = new Plan("7.77", "1.99", 900_000_000, "0.0123", "0.0031", "0.0017");
    public static final Plan LARGE = new Plan("13.31", "0", 2_100_000_000, "0.0097", "0.0043", "0.0011");

    private static final long UNIT = 1_000_000;

    private final List<Instant> bounds;

    /** @param bounds where months begin, and the end of the last */
    public NaiveBill(List<Instant> bounds) {
        this.bounds = List.copyOf(bounds);
    }

    public Instant from() {
        return bounds.getFirst();
    }

    public Instant to() {
        return bounds.getLast();
    }

    /**
     * @param included microseconds of CPU time in a month
     * @param low price of a million bytes sent up to the tier's end
     */
    public record Plan(
            BigDecimal fee, BigDecimal setUp, long included, BigDecimal perUnit, BigDecimal low, BigDecimal high) {
        Plan(String fee, String setUp, long included, String perUnit, String low, String high) {
            this(
                    new BigDecimal(fee),
                    new BigDecimal(setUp),
                    included,
                    new BigDecimal(perUnit),
                    new BigDecimal(low),
                    new BigDecimal(high));
        }

        public long unit() {
            return UNIT;
        }

        /** Bytes in a month that cost the low price. */
        public long tier() {
            return 5_000_000_000L;
        }
    }

    /** Net, over all bills. */
    public long cents(UUID account, MadeUpFleet fleet) {
        return fleet.contexts().stream()
                .flatMap(context -> context.had().stream()
                        .filter(had -> had.account().equals(account))
                        .map(had -> cents(context, had)))
                .mapToLong(Long::longValue)
                .sum();
    }

    private long cents(Context context, Had had) {
        Plan plan = had.plan() == 0 ? SMALL : LARGE;
        List<Part> parts = parts(context, had);
        BigDecimal fees = BigDecimal.ZERO;
        BigDecimal cpu = BigDecimal.ZERO;
        BigDecimal sent = BigDecimal.ZERO;
        for (Part part : parts) {
            fees = fees.add(over(plan.fee().multiply(part.seconds()), part.ofMonth()));
            cpu = cpu.add(cpu(plan, part));
            sent = sent.add(sent(plan, part));
        }
        boolean begins = !parts.isEmpty() && had.begun().equals(had.from());
        return rounded(fees) + rounded(cpu) + rounded(sent) + (begins ? rounded(plan.setUp()) : 0);
    }

    private record Part(BigDecimal seconds, BigDecimal ofMonth, BigDecimal micros, BigDecimal bytes) {}

    private List<Part> parts(Context context, Had had) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            Instant month = bounds.get(i);
            Instant next = bounds.get(i + 1);
            Instant from = had.from().isAfter(month) ? had.from() : month;
            Instant to = had.to().filter(end -> end.isBefore(next)).orElse(next);
            if (from.isBefore(to)) {
                parts.add(new Part(
                        BigDecimal.valueOf(to.getEpochSecond() - from.getEpochSecond()),
                        BigDecimal.valueOf(next.getEpochSecond() - month.getEpochSecond()),
                        used(context, from, to, 1),
                        used(context, from, to, MadeUpFleet.SENT_PER_MICRO)));
            }
        }
        return parts;
    }

    private static BigDecimal used(Context context, Instant from, Instant to, long factor) {
        return new BigDecimal(before(context, to, factor).subtract(before(context, from, factor)));
    }

    /** Use is even between two looks; its part before an instant is rounded down. */
    private static BigInteger before(Context context, Instant instant, long factor) {
        List<Look> looks = context.looks();
        for (int i = 0; i < looks.size(); i++) {
            if (!looks.get(i).at().isBefore(instant)) {
                return i == 0 ? BigInteger.ZERO : between(looks.get(i - 1), looks.get(i), instant, factor);
            }
        }
        throw new IllegalStateException("not read up to " + instant);
    }

    private static BigInteger between(Look one, Look other, Instant instant, long factor) {
        BigInteger low = BigInteger.valueOf(one.micros() * factor);
        BigInteger step = BigInteger.valueOf((other.micros() - one.micros()) * factor);
        BigInteger passed =
                BigInteger.valueOf(Duration.between(one.at(), instant).toMillis());
        BigInteger whole =
                BigInteger.valueOf(Duration.between(one.at(), other.at()).toMillis());
        return low.add(step.multiply(passed).divide(whole));
    }

    private static BigDecimal cpu(Plan plan, Part part) {
        BigDecimal included = BigDecimal.valueOf(plan.included()).multiply(part.seconds());
        BigDecimal above =
                part.micros().multiply(part.ofMonth()).subtract(included).max(BigDecimal.ZERO);
        return over(above.multiply(plan.perUnit()), BigDecimal.valueOf(UNIT).multiply(part.ofMonth()));
    }

    private static BigDecimal sent(Plan plan, Part part) {
        BigDecimal bound = BigDecimal.valueOf(plan.tier()).multiply(part.seconds());
        BigDecimal all = part.bytes().multiply(part.ofMonth());
        BigDecimal low = all.min(bound).multiply(plan.low());
        BigDecimal high = all.subtract(bound).max(BigDecimal.ZERO).multiply(plan.high());
        return over(low.add(high), BigDecimal.valueOf(UNIT).multiply(part.ofMonth()));
    }

    private static BigDecimal over(BigDecimal value, BigDecimal divisor) {
        return value.divide(divisor, 20, RoundingMode.HALF_UP);
    }

    private static long rounded(BigDecimal euros) {
        return euros.movePointRight(2).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }
}
