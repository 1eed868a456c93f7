package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RaterTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final BigInteger GIB = BigInteger.valueOf(1L << 30);
    private static final BigInteger CPU_HOUR = BigInteger.valueOf(3_600_000_000L);
    private static final Tariff TARIFF = new Tariff(
            UUID.fromString("00000000-0000-7000-8000-0000000000aa"),
            "Small",
            Currency.getInstance("EUR"),
            List.of(
                    new TariffLine(1, "Set-up", "once", new OneOffPrice(price("2.50"))),
                    new TariffLine(2, "Base fee", "month", new RecurringPrice(price("4.00"))),
                    new TariffLine(
                            3,
                            "CPU",
                            "h",
                            new UsagePrice(
                                    Meter.CPU_TIME, BigInteger.TEN.multiply(CPU_HOUR), CPU_HOUR, price("0.0125"))),
                    new TariffLine(
                            4,
                            "Traffic",
                            "GiB",
                            new TieredPrice(
                                    Meter.NETWORK_BYTES_SENT,
                                    GIB,
                                    List.of(
                                            new Tier(Optional.of(GIB.multiply(BigInteger.TEN)), price("0")),
                                            new Tier(Optional.of(GIB.multiply(BigInteger.valueOf(100))), price("0.01")),
                                            new Tier(Optional.empty(), price("0.005")))))));

    private static UnitPrice price(String amount) {
        return UnitPrice.of(amount, "EUR");
    }

    private static String rated(String from, String to, long cpuHours, long sentGib) {
        Period period = new Period(Instant.parse(from), Instant.parse(to));
        Usage usage = new Usage(
                period,
                Map.of(
                        Meter.CPU_TIME,
                        BigInteger.valueOf(cpuHours * 3_600_000_000L),
                        Meter.NETWORK_BYTES_SENT,
                        BigInteger.valueOf(sentGib << 30)),
                Optional.empty(),
                Optional.empty(),
                List.of());
        Slice slice = new Slice(
                SubscriptionId.of("00000000-0000-7000-8000-0000000000bb"),
                period,
                Instant.parse("2026-02-01T00:00:00Z"),
                TARIFF,
                usage,
                UTC);
        return Rater.rate(slice).stream()
                .map(l -> "%-8s %14s of %13s  %s"
                        .formatted(
                                l.tariffLine().label(),
                                l.quantity(),
                                l.included(),
                                l.exact().toPlainString()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void aWholeMonth() {
        assertEquals("""
                Set-up                1 of             0  2.500000000000
                Base fee        2419200 of             0  4.000000000000
                CPU         90000000000 of   36000000000  0.187500000000
                Traffic    214748364800 of             0  1.400000000000
                """, rated("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 25, 200));
    }

    @Test
    void aPartOfAMonthHasItsShareOfFeesAndAllowances() {
        assertEquals("""
                Base fee        1339200 of             0  2.000000000000
                CPU         90000000000 of   18000000000  0.250000000000
                Traffic     10737418240 of             0  0.050000000000
                """, rated("2026-03-01T00:00:00Z", "2026-03-16T12:00:00Z", 25, 10));
    }

    @Test
    void anHourIsExactToTwelveDecimals() {
        assertEquals("""
                Base fee           3600 of             0  0.005376344086
                CPU                   0 of      48387096  0.000000000000
                Traffic               0 of             0  0.000000000000
                """, rated("2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z", 0, 0));
    }

    @Test
    void monthsWithASummerTimeChangeHaveTheirOwnLength() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Period march = new Period(Instant.parse("2026-02-28T23:00:00Z"), Instant.parse("2026-03-31T22:00:00Z"));

        assertEquals("1", MonthShare.of(march, berlin).toString());
        assertEquals(31L * 86_400 - 3_600, march.seconds());
    }

    @Test
    void tiersMustRiseAndEndOpen() {
        Tier open = new Tier(Optional.empty(), price("1"));
        Tier ten = new Tier(Optional.of(BigInteger.TEN), price("1"));

        assertThrows(IllegalArgumentException.class, () -> tiered(List.of(ten)));
        assertThrows(IllegalArgumentException.class, () -> tiered(List.of(open, open)));
        assertThrows(IllegalArgumentException.class, () -> tiered(List.of(ten, ten, open)));
    }

    private static TieredPrice tiered(List<Tier> tiers) {
        return new TieredPrice(Meter.CPU_TIME, BigInteger.ONE, tiers);
    }
}
