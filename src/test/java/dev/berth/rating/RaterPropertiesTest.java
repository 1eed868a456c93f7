package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigDecimal;
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

class RaterPropertiesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant BEGUN = Instant.parse("2026-01-15T00:00:00Z");
    private static final Tariff TARIFF = new Tariff(new UUID(1, 1), "Any", Currency.getInstance("EUR"), List.of());

    private static Slice slice(Instant from, Instant to, long used) {
        return slice(from, to, BigInteger.valueOf(used));
    }

    private static Slice slice(Instant from, Instant to, BigInteger used) {
        Period period = new Period(from, to);
        Usage usage = new Usage(period, Map.of(Meter.VOLUME, used), Optional.empty(), Optional.empty(), List.of());
        return new Slice(new SubscriptionId(new UUID(2, 2)), period, BEGUN, TARIFF, usage, BERLIN);
    }

    @Property
    void partsOfATimeCostWhatTheWholeCosts(
            @ForAll @LongRange(min = 1, max = 10_000_000) long first,
            @ForAll @LongRange(min = 1, max = 10_000_000) long second) {
        RecurringPrice fee = new RecurringPrice(UnitPrice.of("4.99", "EUR"));
        Instant middle = BEGUN.plusSeconds(first);
        Instant end = middle.plusSeconds(second);

        Ratio whole = fee.charge(slice(BEGUN, end, 0)).exact();
        Ratio parts = fee.charge(slice(BEGUN, middle, 0))
                .exact()
                .plus(fee.charge(slice(middle, end, 0)).exact());

        assertEquals(whole, parts);
    }

    @Property
    void oneTierWithoutBoundIsPlainUsage(@ForAll @LongRange(min = 0) long used) {
        UnitPrice price = UnitPrice.of("0.000123", "EUR");
        BigInteger unit = BigInteger.valueOf(1L << 30);
        TieredPrice tiered = new TieredPrice(Meter.VOLUME, unit, List.of(new Tier(Optional.empty(), price)));
        UsagePrice plain = new UsagePrice(Meter.VOLUME, BigInteger.ZERO, unit, price);
        Slice slice = slice(BEGUN, BEGUN.plusSeconds(3_600), used);

        assertEquals(plain.charge(slice).exact(), tiered.charge(slice).exact());
    }

    /** A price per terabyte-second times 10 TB for 10 years has no rounding at all before the line's own. */
    @Property
    void priceOfHugeUseIsExact(@ForAll @LongRange(min = 1, max = 3_652L * 86_400) long seconds) {
        BigInteger terabyte = BigInteger.TEN.pow(12);
        BigInteger used = terabyte.multiply(BigInteger.TEN).multiply(BigInteger.valueOf(seconds));
        UsagePrice price =
                new UsagePrice(Meter.VOLUME, BigInteger.ZERO, terabyte, UnitPrice.of("0.000000012345", "EUR"));

        Ratio exact =
                price.charge(slice(BEGUN, BEGUN.plusSeconds(seconds), used)).exact();

        assertEquals(Ratio.of(new BigDecimal("0.00000012345").multiply(BigDecimal.valueOf(seconds))), exact);
    }

    @Property
    void moreUseNeverCostsLess(
            @ForAll @LongRange(min = 0, max = 1L << 40) long used,
            @ForAll @LongRange(min = 0, max = 1L << 40) long more) {
        TieredPrice tiered = new TieredPrice(
                Meter.VOLUME,
                BigInteger.TWO,
                List.of(
                        new Tier(Optional.of(BigInteger.valueOf(1L << 38)), UnitPrice.of("0.3", "EUR")),
                        new Tier(Optional.empty(), UnitPrice.of("0.1", "EUR"))));
        Ratio less = tiered.charge(slice(BEGUN, BEGUN.plusSeconds(9), used)).exact();
        Ratio greater =
                tiered.charge(slice(BEGUN, BEGUN.plusSeconds(9), used + more)).exact();

        assertTrue(less.compareTo(greater) <= 0);
    }
}
