package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.AddOnPrice.Part;
import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.rating.Held.Cover;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is had beside a plan: by the second, by the unit, and what it covers. */
class AddOnPriceTest {
    private static final SubscriptionId SUBSCRIPTION = new SubscriptionId(new UUID(2, 2));
    private static final AddOnPrice PRICE =
            new AddOnPrice(new UUID(1, 1), "More snapshots", UnitPrice.of("3.10", "EUR"), UnitPrice.of("0.50", "EUR"));

    private static Period days(String from, String to) {
        return new Period(Instant.parse(from + "T00:00:00Z"), Instant.parse(to + "T00:00:00Z"));
    }

    private static Stretch stretch(String from, String to, int units) {
        return new Stretch(days(from, to), BigInteger.valueOf(units));
    }

    private static List<RatedLine> rated(Period period, int newUnits, Stretch... stretches) {
        return PRICE.rate(new Part(SUBSCRIPTION, period, List.of(stretches), newUnits, ZoneOffset.UTC));
    }

    @Test
    void unitsArePaidToTheSecondAndSetUpOnce() {
        Period period = days("2026-01-11", "2026-02-01");

        List<RatedLine> lines = rated(period, 2, stretch("2026-01-11", "2026-02-01", 2));

        assertEquals(2, lines.size());
        assertEquals("4.200000000000", lines.getFirst().exact().toString());
        assertEquals(BigInteger.valueOf(2 * 21 * 86_400), lines.getFirst().quantity());
        assertEquals("1.000000000000", lines.getLast().exact().toString());
        assertEquals(BigInteger.TWO, lines.getLast().quantity());
        assertEquals(1, rated(period, 0, stretch("2026-01-11", "2026-02-01", 2)).size());
    }

    @Test
    void partsOfAMonthCostWhatTheWholeDoes() {
        Ratio whole = exact(rated(days("2026-01-01", "2026-02-01"), 0, stretch("2026-01-01", "2026-02-01", 1)));
        Ratio first = exact(rated(days("2026-01-01", "2026-01-16"), 0, stretch("2026-01-01", "2026-01-16", 1)));
        Ratio second = exact(rated(days("2026-01-16", "2026-02-01"), 0, stretch("2026-01-16", "2026-02-01", 1)));

        assertEquals(whole, first.plus(second));
    }

    private static Ratio exact(List<RatedLine> lines) {
        return Ratio.of(lines.getFirst().exact());
    }

    @Test
    void onlyWhatIsBeyondIsCountedAndNotMoreThanIsHad() {
        Period month = days("2026-01-01", "2026-02-01");
        List<Period> addresses = List.of(
                days("2025-12-01", "2026-03-01"),
                days("2026-01-05", "2026-01-20"),
                days("2026-01-10", "2026-01-15"),
                days("2026-01-12", "2026-01-13"),
                days("2026-02-01", "2026-02-05"));

        assertEquals(
                List.of(
                        stretch("2026-01-05", "2026-01-10", 1),
                        stretch("2026-01-10", "2026-01-15", 2),
                        stretch("2026-01-15", "2026-01-20", 1)),
                Held.beyond(addresses, month, List.of(new Cover(month, 1)), 2));
        assertEquals(List.of(), Held.beyond(addresses, month, List.of(new Cover(month, 4)), 2));
        assertEquals(List.of(), Held.beyond(List.of(), month, List.of(new Cover(month, 0)), 5));
    }

    @Test
    void whatCoversMayChange() {
        Period month = days("2026-01-01", "2026-02-01");
        List<Period> addresses = List.of(
                days("2025-12-01", "2026-03-01"), days("2025-12-01", "2026-03-01"), days("2026-01-10", "2026-01-20"));
        List<Cover> covers = List.of(
                new Cover(month, 1),
                new Cover(days("2025-12-01", "2026-01-05"), 1),
                new Cover(days("2026-01-12", "2026-01-15"), 5));

        assertEquals(
                List.of(
                        stretch("2026-01-05", "2026-01-10", 1),
                        stretch("2026-01-10", "2026-01-12", 2),
                        stretch("2026-01-15", "2026-01-20", 2),
                        stretch("2026-01-20", "2026-02-01", 1)),
                Held.beyond(addresses, month, covers, 3));
    }

    @Test
    void whatIsCoveredComesOnTopOfThePlansAllowance() {
        Period month = days("2026-01-01", "2026-02-01");
        BigInteger used = BigInteger.valueOf(1_000);
        UsagePrice price = new UsagePrice(
                Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(300), BigInteger.ONE, UnitPrice.of("1", "EUR"));
        Map<Meter, Ratio> extras = Extra.sum(
                List.of(
                        new Extra(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(310), days("2026-01-11", "2026-01-21")),
                        new Extra(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(100), month),
                        new Extra(Meter.CPU_TIME, BigInteger.valueOf(5_000), month)),
                ZoneOffset.UTC);

        Charge charge = price.charge(slice(month, used, extras));

        assertEquals(BigInteger.valueOf(500), charge.included());
        assertEquals(Ratio.of(BigInteger.valueOf(500)), charge.exact());
        assertEquals(
                Ratio.ZERO, price.charge(slice(month, BigInteger.TEN, extras)).exact());
    }

    private static Slice slice(Period period, BigInteger used, Map<Meter, Ratio> extras) {
        Usage usage = new Usage(
                period, Map.of(Meter.NETWORK_BYTES_SENT, used), Optional.empty(), Optional.empty(), List.of());
        Tariff tariff = new Tariff(new UUID(1, 1), "Plan", Currency.getInstance("EUR"), List.of());
        return new Slice(SUBSCRIPTION, period, period.from(), tariff, usage, ZoneOffset.UTC, extras, List.of());
    }

    @Test
    void nothingIsTakenAway() {
        Period month = days("2026-01-01", "2026-02-01");
        Map<Meter, Ratio> less = Map.of(Meter.CPU_TIME, Ratio.of(-1, 1));

        assertThrows(IllegalArgumentException.class, () -> slice(month, BigInteger.ONE, less));
        assertThrows(IllegalArgumentException.class, () -> new Stretch(month, BigInteger.valueOf(-1)));
    }

    @Test
    void bothPricesAreInOneCurrency() {
        UnitPrice euro = UnitPrice.of("1", "EUR");
        UnitPrice yen = UnitPrice.of("1", "JPY");

        assertThrows(IllegalArgumentException.class, () -> new AddOnPrice(new UUID(3, 3), "Address", euro, yen));
    }

    @Test
    void aSetUpThatCostsNothingIsNoLine() {
        AddOnPrice free = new AddOnPrice(new UUID(3, 3), "Address", UnitPrice.of("1", "EUR"), UnitPrice.of("0", "EUR"));
        Period period = days("2026-01-11", "2026-02-01");
        Part part = new Part(SUBSCRIPTION, period, List.of(stretch("2026-01-11", "2026-02-01", 2)), 2, ZoneOffset.UTC);

        assertEquals(1, free.rate(part).size());
    }

    @Test
    void anAddOnMayCoverNothing() {
        Map<Meter, Ratio> nothing = Map.of(Meter.CPU_TIME, Ratio.ZERO);

        assertEquals(
                Ratio.ZERO,
                slice(days("2026-01-01", "2026-02-01"), BigInteger.ONE, nothing).extra(Meter.CPU_TIME));
    }

    @Test
    void whatIsBoughtOnceHasOneLineForItsUnits() {
        Period period = days("2026-01-11", "2026-02-01");

        List<RatedLine> bought = PRICE.bought(new Part(SUBSCRIPTION, period, List.of(), 3, ZoneOffset.UTC));

        assertEquals(1, bought.size());
        assertEquals("1.500000000000", bought.getFirst().exact().toString());
        assertEquals(BigInteger.valueOf(3), bought.getFirst().quantity());
        assertEquals(List.of(), PRICE.bought(new Part(SUBSCRIPTION, period, List.of(), 0, ZoneOffset.UTC)));
    }
}
