package dev.berth.e2e;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every invoice should say, computed the long way round from the rows of readings, subscriptions and tariffs. It shares no code
 * with the portal: should both be wrong, then not by the same mistake.
 */
final class BillOracle {
    private static final int DECIMALS = 12;
    private static final BigInteger MICROS = BigInteger.valueOf(1_000_000);
    private static final Map<String, String> COLUMNS = Map.of(
            "RUNNING_VM", "uptime_seconds",
            "CPU_TIME", "cpu_usec",
            "MEMORY", "memory_byte_seconds",
            "VOLUME", "disk_byte_seconds",
            "SNAPSHOT", "COALESCE(snapshot_byte_seconds, 0)",
            "IP_ADDRESS", "address_seconds",
            "NETWORK_BYTES_SENT", "net_tx_bytes",
            "NETWORK_BYTES_RECEIVED", "net_rx_bytes");

    private final Connection db;
    /** What rounding left over, by subscription and tariff line. */
    private final Map<String, BigDecimal> carried = new HashMap<>();

    private BillOracle(Connection db) {
        this.db = db;
    }

    /** @param faults one sentence for each invoice that is wrong */
    record Verdict(int invoices, List<String> faults) {}

    private record Span(Instant from, Instant to) {
        long seconds() {
            return to.getEpochSecond() - from.getEpochSecond();
        }
    }

    private record Bill(String id, String account, Span span, Optional<Long> total, int taxBasisPoints) {}

    private record Owned(String id, String vps, String version, Instant from, Optional<Instant> to) {}

    private record Price(
            int position, String model, String meter, BigDecimal included, BigDecimal unit, BigDecimal each) {}

    private record Point(Instant at, String epoch, BigInteger counter) {}

    /** Checks every period that was closed. */
    static Verdict check(Stack stack) throws SQLException {
        try (Connection db = stack.look()) {
            BillOracle oracle = new BillOracle(db);
            List<String> faults = new ArrayList<>();
            int invoices = 0;
            for (Bill bill : oracle.bills()) {
                long expected = oracle.total(bill);
                long found = bill.total().orElse(0L);
                if (expected != found) {
                    faults.add("%s of %s, %s: billed %d, should be %d"
                            .formatted(bill.id(), bill.account(), bill.span(), found, expected));
                }
                invoices += bill.total().isPresent() ? 1 : 0;
            }
            return new Verdict(invoices, List.copyOf(faults));
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> rows(String sql, Reader<T> reader, Object... parameters) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
            return rows;
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, LocalDateTime.class)).map(at -> at.toInstant(ZoneOffset.UTC));
    }

    private List<Bill> bills() throws SQLException {
        return rows(
                "SELECT p.id, p.account_id, p.period_from, p.period_to, i.id IS NOT NULL AS issued, i.total,"
                        + " COALESCE(i.tax_basis_points, 0) AS tax FROM billing_period p LEFT JOIN invoice i ON i.id ="
                        + " p.id WHERE p.state IN ('INVOICED', 'NOTHING_DUE') ORDER BY p.account_id, p.period_from",
                row -> new Bill(
                        row.getString("id"),
                        row.getString("account_id"),
                        new Span(
                                instant(row, "period_from").orElseThrow(),
                                instant(row, "period_to").orElseThrow()),
                        row.getBoolean("issued") ? Optional.of(row.getLong("total")) : Optional.empty(),
                        row.getInt("tax")));
    }

    private long total(Bill bill) throws SQLException {
        BigDecimal net = BigDecimal.ZERO;
        for (Owned owned : owned(bill)) {
            Instant end = owned.to()
                    .filter(to -> to.isBefore(bill.span().to()))
                    .orElse(bill.span().to());
            Instant start = owned.from().isAfter(bill.span().from())
                    ? owned.from()
                    : bill.span().from();
            if (start.isBefore(end)) {
                for (Price price : prices(owned.version())) {
                    net = net.add(amount(owned, price, new Span(start, end)));
                }
            }
        }
        BigDecimal tax = net.multiply(BigDecimal.valueOf(bill.taxBasisPoints()))
                .divide(BigDecimal.valueOf(10_000), 2, RoundingMode.HALF_UP);
        return net.add(tax).movePointRight(2).longValueExact();
    }

    private List<Owned> owned(Bill bill) throws SQLException {
        return rows(
                "SELECT id, vps_id, plan_version_id, valid_from, valid_to FROM subscription WHERE account_id = ?",
                row -> new Owned(
                        row.getString("id"),
                        row.getString("vps_id"),
                        row.getString("plan_version_id"),
                        instant(row, "valid_from").orElseThrow(),
                        instant(row, "valid_to")),
                bill.account());
    }

    private List<Price> prices(String version) throws SQLException {
        return rows(
                "SELECT * FROM tariff_line WHERE plan_version_id = ? ORDER BY position",
                row -> new Price(
                        row.getInt("position"),
                        row.getString("model"),
                        Optional.ofNullable(row.getString("meter")).orElse(""),
                        row.getBigDecimal("included_quantity"),
                        row.getBigDecimal("unit_quantity"),
                        row.getBigDecimal("unit_price")),
                version);
    }

    /** Rounded to cents; what that took or gave waits for the same line of the next period. */
    private BigDecimal amount(Owned owned, Price price, Span span) throws SQLException {
        String line = owned.id() + "/" + price.position();
        BigDecimal due = exact(owned, price, span).add(carried.getOrDefault(line, BigDecimal.ZERO));
        BigDecimal amount = due.setScale(2, RoundingMode.HALF_UP);
        carried.put(line, due.subtract(amount));
        return amount;
    }

    private BigDecimal exact(Owned owned, Price price, Span span) throws SQLException {
        return switch (price.model()) {
            case "ONE_OFF" -> owned.from().isBefore(span.from()) ? BigDecimal.ZERO : price.each();
            case "RECURRING" -> ofMonth(price.each(), span);
            case "USAGE" -> {
                BigDecimal used = new BigDecimal(used(owned.vps(), COLUMNS.getOrDefault(price.meter(), ""), span));
                Span month = month(span);
                // times the month's seconds, so that nothing is divided before the end
                BigDecimal over = used.multiply(BigDecimal.valueOf(month.seconds()))
                        .subtract(price.included().multiply(BigDecimal.valueOf(span.seconds())))
                        .max(BigDecimal.ZERO);
                yield over.multiply(price.each())
                        .divide(
                                price.unit().multiply(BigDecimal.valueOf(month.seconds())),
                                DECIMALS,
                                RoundingMode.HALF_UP);
            }
            default -> throw new IllegalStateException(price.model());
        };
    }

    private static BigDecimal ofMonth(BigDecimal monthly, Span span) {
        return monthly.multiply(BigDecimal.valueOf(span.seconds()))
                .divide(BigDecimal.valueOf(month(span).seconds()), DECIMALS, RoundingMode.HALF_UP);
    }

    /** Periods of these tests divide a day: a span lies in one month. */
    private static Span month(Span span) {
        YearMonth month = YearMonth.from(span.from().atZone(ZoneOffset.UTC));
        return new Span(start(month), start(month.plusMonths(1)));
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private BigInteger used(String vps, String column, Span span) throws SQLException {
        List<Point> points = rows(
                "SELECT effective_at, CONCAT(boot_id, '/', start_no) AS epoch, kind, " + column
                        + " AS counter FROM reading WHERE context_id = ? ORDER BY node_id, seq",
                row -> new Point(
                        instant(row, "effective_at").orElseThrow(),
                        row.getString("epoch"),
                        row.getBigDecimal("counter").toBigIntegerExact()),
                vps);
        return before(points, span.to()).subtract(before(points, span.from()));
    }

    /** What was used before an instant, as if it were used evenly between two readings. */
    private static BigInteger before(List<Point> points, Instant instant) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 1; i < points.size(); i++) {
            Point last = points.get(i);
            Point first = points.get(i - 1);
            BigInteger increase = last.counter().subtract(first.counter()).max(BigInteger.ZERO);
            if (last.at().isBefore(instant)) {
                sum = sum.add(increase);
            } else if (first.at().isBefore(instant)) {
                sum = sum.add(increase.multiply(micros(first.at(), instant)).divide(micros(first.at(), last.at())));
            }
        }
        return sum;
    }

    private static BigInteger micros(Instant from, Instant to) {
        Duration duration = Duration.between(from, to);
        return BigInteger.valueOf(duration.toSeconds())
                .multiply(MICROS)
                .add(BigInteger.valueOf(duration.toNanosPart() / 1_000));
    }
}
