package dev.berth.tools;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every closed period should have been billed, computed the long way round from readings, subscriptions and tariffs as they are
 * in the database now. It shares no code with the portal. A reading that came after its period was closed shows here.
 */
final class Bills {
    private static final int DECIMALS = 12;
    private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);
    private static final Map<String, String> COLUMNS = Map.of(
            "RUNNING_VM", "uptime_seconds",
            "CPU_TIME", "cpu_usec",
            "CPU_SURPLUS", "COALESCE(cpu_surplus_usec, 0)",
            "MEMORY", "memory_byte_seconds",
            "VOLUME", "disk_byte_seconds",
            "SNAPSHOT", "COALESCE(snapshot_byte_seconds, 0)",
            "IP_ADDRESS", "address_seconds",
            "NETWORK_BYTES_SENT", "net_tx_bytes",
            "NETWORK_BYTES_RECEIVED", "net_rx_bytes");

    private final Sql sql;
    /** Condition on subscriptions and periods; empty for everybody's. */
    private final String whose;

    private final Map<String, List<Price>> prices = new HashMap<>();
    private final Map<String, List<Owned>> owned = new HashMap<>();
    private final Map<String, List<Point>> readings = new HashMap<>();
    /** What rounding left over, by subscription and tariff line. */
    private final Map<String, BigDecimal> carried = new HashMap<>();

    Bills(Sql sql) {
        this.sql = sql;
        whose = "";
    }

    /** Only the bills of one account. */
    Bills(Sql sql, String account) {
        this.sql = sql;
        whose = " AND account_id = '" + account + "'";
    }

    /** Microseconds since 1970. */
    private record Span(long from, long to) {
        BigDecimal seconds() {
            return BigDecimal.valueOf(to - from).divide(MICROS_PER_SECOND, 0, RoundingMode.FLOOR);
        }
    }

    private record Owned(String id, String vps, String version, long from, long to) {}

    private record Price(
            int position, String model, String meter, BigDecimal included, BigDecimal unit, BigDecimal each) {}

    private record Point(long at, Map<String, BigInteger> counters) {}

    /** @param faults one sentence for each period that was billed wrong */
    record Verdict(int invoices, BigDecimal sum, List<String> faults) {}

    Verdict check() throws IOException {
        load();
        List<String> faults = new ArrayList<>();
        int invoices = 0;
        BigDecimal sum = BigDecimal.ZERO;
        for (List<String> row :
                sql.query("SELECT p.account_id, " + micros("p.period_from") + ", " + micros("p.period_to")
                        + ", COALESCE(i.label, ''), COALESCE(i.total, 0), COALESCE(i.tax_basis_points, 0), p.period_from"
                        + " FROM billing_period p LEFT JOIN invoice i ON i.id = p.id"
                        + " WHERE p.state IN ('INVOICED', 'NOTHING_DUE')" + whose.replace("account_id", "p.account_id")
                        + " ORDER BY p.account_id, p.period_from")) {
            Span span = new Span(Long.parseLong(row.get(1)), Long.parseLong(row.get(2)));
            BigDecimal expected = total(row.get(0), span, Integer.parseInt(row.get(5)));
            BigDecimal found = new BigDecimal(row.get(4)).movePointLeft(2);
            if (expected.compareTo(found) != 0) {
                faults.add("%s of %s from %s: billed %s, should be %s"
                        .formatted(row.get(3), row.get(0), row.get(6), found, expected));
            }
            invoices += row.get(3).isEmpty() ? 0 : 1;
            sum = sum.add(found);
        }
        return new Verdict(invoices, sum, List.copyOf(faults));
    }

    private static String micros(String column) {
        return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', " + column + ")";
    }

    private void load() throws IOException {
        for (List<String> row : sql.query(
                "SELECT plan_version_id, position, model, COALESCE(meter, ''),"
                        + " included_quantity, unit_quantity, unit_price FROM tariff_line ORDER BY plan_version_id, position")) {
            prices.computeIfAbsent(row.get(0), any -> new ArrayList<>())
                    .add(new Price(
                            Integer.parseInt(row.get(1)),
                            row.get(2),
                            row.get(3),
                            new BigDecimal(row.get(4)),
                            new BigDecimal(row.get(5)),
                            new BigDecimal(row.get(6))));
        }
        for (List<String> row : sql.query("SELECT account_id, id, vps_id, plan_version_id, " + micros("valid_from")
                + ", " + micros("COALESCE(valid_to, '9999-01-01')") + " FROM subscription WHERE TRUE" + whose)) {
            owned.computeIfAbsent(row.get(0), any -> new ArrayList<>())
                    .add(new Owned(
                            row.get(1),
                            row.get(2),
                            row.get(3),
                            Long.parseLong(row.get(4)),
                            Long.parseLong(row.get(5))));
        }
        List<String> columns = COLUMNS.values().stream().sorted().toList();
        for (List<String> row : sql.query("SELECT context_id, " + micros("effective_at") + ", "
                + String.join(", ", columns) + " FROM " + measured() + " ORDER BY context_id, node_id, seq")) {
            Map<String, BigInteger> counters = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                counters.put(columns.get(i), new BigInteger(row.get(i + 2)));
            }
            readings.computeIfAbsent(row.get(0), any -> new ArrayList<>())
                    .add(new Point(Long.parseLong(row.get(1)), counters));
        }
    }

    private String measured() {
        return whose.isEmpty()
                ? "reading"
                : "(SELECT r.* FROM vps v JOIN reading r FORCE INDEX (ix_reading_time) ON r.node_id = v.node_id"
                        + " AND r.context_id = v.id WHERE TRUE"
                        + whose + ") r";
    }

    private BigDecimal total(String account, Span period, int taxBasisPoints) {
        BigDecimal net = BigDecimal.ZERO;
        for (Owned one : owned.getOrDefault(account, List.of())) {
            Span span = new Span(Math.max(one.from(), period.from()), Math.min(one.to(), period.to()));
            if (span.from() < span.to()) {
                for (Price price : prices.getOrDefault(one.version(), List.of())) {
                    net = net.add(amount(one, price, span));
                }
            }
        }
        BigDecimal tax = net.multiply(BigDecimal.valueOf(taxBasisPoints))
                .divide(BigDecimal.valueOf(10_000), 2, RoundingMode.HALF_UP);
        return net.add(tax);
    }

    /** Rounded to cents; what that took or gave waits for the same line of the next period. */
    private BigDecimal amount(Owned one, Price price, Span span) {
        String line = one.id() + "/" + price.position();
        BigDecimal due = exact(one, price, span).add(carried.getOrDefault(line, BigDecimal.ZERO));
        BigDecimal amount = due.setScale(2, RoundingMode.HALF_UP);
        carried.put(line, due.subtract(amount));
        return amount;
    }

    private BigDecimal exact(Owned one, Price price, Span span) {
        BigDecimal month = month(span).seconds();
        return switch (price.model()) {
            case "ONE_OFF" -> one.from() < span.from() ? BigDecimal.ZERO : price.each();
            case "RECURRING" -> price.each().multiply(span.seconds()).divide(month, DECIMALS, RoundingMode.HALF_UP);
            case "USAGE" -> {
                String column = Optional.ofNullable(COLUMNS.get(price.meter())).orElseThrow();
                // times the month's seconds, so that nothing is divided before the end
                BigDecimal over = new BigDecimal(used(one.vps(), column, span))
                        .multiply(month)
                        .subtract(price.included().multiply(span.seconds()))
                        .max(BigDecimal.ZERO);
                yield over.multiply(price.each()).divide(price.unit().multiply(month), DECIMALS, RoundingMode.HALF_UP);
            }
            default -> throw new IllegalStateException(price.model());
        };
    }

    /** Periods of these tests divide a day: a span lies in one month. */
    private static Span month(Span span) {
        YearMonth month =
                YearMonth.from(Instant.ofEpochSecond(span.from() / 1_000_000).atZone(ZoneOffset.UTC));
        return new Span(start(month), start(month.plusMonths(1)));
    }

    private static long start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1_000_000;
    }

    private BigInteger used(String vps, String column, Span span) {
        List<Point> points = readings.getOrDefault(vps, List.of());
        return before(points, column, span.to()).subtract(before(points, column, span.from()));
    }

    /** What was used before an instant, as if it were used evenly between two readings. */
    private static BigInteger before(List<Point> points, String column, long instant) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 1; i < points.size(); i++) {
            Point first = points.get(i - 1);
            Point last = points.get(i);
            BigInteger increase = last.counters()
                    .get(column)
                    .subtract(first.counters().get(column))
                    .max(BigInteger.ZERO);
            if (last.at() < instant) {
                sum = sum.add(increase);
            } else if (first.at() < instant) {
                sum = sum.add(increase.multiply(BigInteger.valueOf(instant - first.at()))
                        .divide(BigInteger.valueOf(last.at() - first.at())));
            }
        }
        return sum;
    }
}
