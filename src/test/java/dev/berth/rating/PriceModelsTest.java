package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hours up to a cap, packages begun, volume. */
class PriceModelsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Tariff TARIFF = new Tariff(new UUID(1, 1), "Any", Currency.getInstance("EUR"), List.of());
    private static final BigInteger HUNDRED = BigInteger.valueOf(100);
    private static final String JULY = "2026-06-30T22:00:00Z";
    private static final String AUGUST = "2026-07-31T22:00:00Z";
    private static final String SEPTEMBER = "2026-08-31T22:00:00Z";

    private static UnitPrice price(String amount) {
        return UnitPrice.of(amount, "EUR");
    }

    private static Slice slice(String from, String to, long sent) {
        Period period = new Period(Instant.parse(from), Instant.parse(to));
        Usage usage = new Usage(
                period,
                Map.of(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(sent)),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new Slice(new SubscriptionId(new UUID(2, 2)), period, Instant.parse(from), TARIFF, usage, BERLIN);
    }

    private static String exact(Price price, Slice slice) {
        return price.charge(slice).exact().toDecimal(4).toPlainString();
    }

    private static Slice july(long sent) {
        return slice(JULY, AUGUST, sent);
    }

    private static PackagePrice packages() {
        return new PackagePrice(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(1_000), HUNDRED, price("0.50"));
    }

    private static VolumePrice volume() {
        return new VolumePrice(
                Meter.NETWORK_BYTES_SENT,
                HUNDRED,
                List.of(
                        new Tier(Optional.of(BigInteger.valueOf(1_000)), price("0.30")),
                        new Tier(Optional.of(BigInteger.valueOf(5_000)), price("0.20")),
                        new Tier(Optional.empty(), price("0.10"))));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-01T00:00:00Z, 2026-07-01T01:00:00Z, 0.0100",
        "2026-07-01T00:00:00Z, 2026-07-01T00:00:36Z, 0.0001",
        "2026-07-01T00:00:00Z, 2026-07-26T00:00:00Z, 6.0000",
        "2026-07-01T00:00:00Z, 2026-07-26T01:00:00Z, 6.0000",
        // a month's end in Berlin: the cap of July is full, August has begun anew
        "2026-06-30T22:00:00Z, 2026-08-01T08:00:00Z, 6.1000",
        "2026-06-30T22:00:00Z, 2026-08-31T22:00:00Z, 12.0000"
    })
    void hoursCostUpToTheCapOfEachMonth(String from, String to, String expected) {
        HourlyPrice price = new HourlyPrice(price("0.01"), Optional.of(price("6")));

        assertEquals(expected, exact(price, slice(from, to, 0)));
    }

    @Test
    void hoursWithoutACapGoOn() {
        HourlyPrice price = new HourlyPrice(price("0.01"), Optional.empty());

        assertEquals("14.8800", exact(price, slice(JULY, SEPTEMBER, 0)));
        assertEquals(
                BigInteger.valueOf(62L * 86_400),
                price.charge(slice(JULY, SEPTEMBER, 0)).quantity());
    }

    @Test
    void aCapIsInTheCurrencyOfThePrice() {
        Optional<UnitPrice> dollars = Optional.of(UnitPrice.of("6", "USD"));

        assertThrows(IllegalArgumentException.class, () -> new HourlyPrice(price("0.01"), dollars));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0000", "1000, 0.0000", "1001, 0.5000", "1100, 0.5000", "1101, 1.0000", "2000, 5.0000"})
    void aPackageBegunIsPaidWhole(long sent, String expected) {
        assertEquals(expected, exact(packages(), july(sent)));
    }

    @Test
    void halfAMonthHasHalfTheAllowanceOfPackages() {
        Charge charge = packages().charge(slice(JULY, "2026-07-16T10:00:00Z", 501));

        assertEquals("1/2", charge.exact().toString());
        assertEquals(BigInteger.valueOf(500), charge.included());
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0000", "1000, 3.0000", "1001, 2.0020", "5000, 10.0000", "5001, 5.0010", "20000, 20.0000"})
    void theTierReachedHoldsForAllOfAVolume(long sent, String expected) {
        assertEquals(expected, exact(volume(), july(sent)));
    }

    @Test
    void halfAMonthHasHalfTheBoundsOfVolumes() {
        assertEquals("1.0020", exact(volume(), slice(JULY, "2026-07-16T10:00:00Z", 501)));
    }

    @Test
    void whatMakesNoPriceIsRefused() {
        BigInteger minus = BigInteger.ONE.negate();
        List<Tier> closed = List.of(new Tier(Optional.of(BigInteger.TEN), price("1")));

        assertThrows(
                IllegalArgumentException.class,
                () -> new PackagePrice(Meter.CPU_TIME, BigInteger.ZERO, BigInteger.ZERO, price("1")));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PackagePrice(Meter.CPU_TIME, minus, BigInteger.ONE, price("1")));
        assertThrows(IllegalArgumentException.class, () -> new VolumePrice(Meter.CPU_TIME, BigInteger.ONE, closed));
    }

    @Property
    void packagesCostAtLeastTheirUseAndLessThanOneMore(@ForAll @LongRange(min = 0, max = 1L << 50) long sent) {
        Ratio begun = packages().charge(july(sent)).exact();
        Ratio used = new UsagePrice(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(1_000), HUNDRED, price("0.50"))
                .charge(july(sent))
                .exact();

        assertTrue(begun.compareTo(used) >= 0);
        assertTrue(begun.minus(used).compareTo(Ratio.of(1, 2)) < 0);
    }

    @Property
    void aCapNeverMakesDearer(@ForAll @LongRange(min = 1, max = 100_000_000) long seconds) {
        String end = Instant.parse(JULY).plusSeconds(seconds).toString();
        Ratio capped = new HourlyPrice(price("0.01"), Optional.of(price("6")))
                .charge(slice(JULY, end, 0))
                .exact();
        Ratio open = new HourlyPrice(price("0.01"), Optional.empty())
                .charge(slice(JULY, end, 0))
                .exact();

        assertTrue(capped.compareTo(open) <= 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aUnitIsMoreThanNothing(long unit) {
        BigInteger units = BigInteger.valueOf(unit);
        List<Tier> tiers = List.of(new Tier(Optional.empty(), price("1")));

        assertThrows(IllegalArgumentException.class, () -> new TieredPrice(Meter.NETWORK_BYTES_SENT, units, tiers));
        assertThrows(IllegalArgumentException.class, () -> new VolumePrice(Meter.NETWORK_BYTES_SENT, units, tiers));
        assertThrows(
                IllegalArgumentException.class,
                () -> new UsagePrice(Meter.NETWORK_BYTES_SENT, BigInteger.ZERO, units, price("1")));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PackagePrice(Meter.NETWORK_BYTES_SENT, BigInteger.ZERO, units, price("1")));
    }

    @Test
    void theSameSliceCanBePricedByAnotherTariff() {
        Tariff other = new Tariff(new UUID(1, 2), "Other", Currency.getInstance("EUR"), List.of());
        Slice slice = july(5).on(other);

        assertEquals(other, slice.tariff());
        assertEquals(july(5).usage(), slice.usage());
    }

    @Test
    void aRatedLineHasItsMeter() {
        Tariff metered = new Tariff(
                new UUID(1, 2), "Any", Currency.getInstance("EUR"), List.of(new TariffLine(1, "Sent", "B", volume())));

        assertEquals(
                Optional.of(Meter.NETWORK_BYTES_SENT),
                Rater.rate(july(5).on(metered)).getFirst().meter());
    }

    @Test
    void onlyFeesForTimeStandStill() {
        assertTrue(new RecurringPrice(price("4")).forTime());
        assertTrue(new HourlyPrice(price("0.01"), Optional.empty()).forTime());
        assertFalse(packages().forTime());
        assertFalse(new OneOffPrice(price("1")).forTime());
    }

    @Test
    void theSameSliceCanBeCoveredByOthers() {
        Map<Meter, Ratio> covered = Map.of(Meter.NETWORK_BYTES_SENT, Ratio.of(3, 1));

        assertEquals(Ratio.of(3, 1), july(5).with(covered).extra(Meter.NETWORK_BYTES_SENT));
        assertEquals(july(5).period(), july(5).with(covered).period());
    }
}
