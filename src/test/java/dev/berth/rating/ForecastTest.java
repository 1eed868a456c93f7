package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Tariff TARIFF = new Tariff(new UUID(1, 1), "Any", Currency.getInstance("EUR"), List.of());

    private static Slice slice(long seconds, long used) {
        Period period = new Period(START, START.plusSeconds(seconds).plusNanos(5));
        Usage usage = new Usage(
                period,
                Map.of(Meter.CPU_TIME, BigInteger.valueOf(used)),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new Slice(new SubscriptionId(new UUID(2, 2)), period, START, TARIFF, usage, ZoneOffset.UTC);
    }

    @Test
    void useGrowsWithTime() {
        Slice whole = Forecast.until(slice(3, 10), START.plusSeconds(10));

        assertEquals(BigInteger.valueOf(33), whole.usage().of(Meter.CPU_TIME));
        assertEquals(START.plusSeconds(10), whole.period().to());
        assertEquals(START, whole.begun());
    }

    @Test
    void nothingIsSaidFromNothing() {
        Slice momentary = slice(0, 10);
        Slice later = slice(30, 10);

        assertThrows(IllegalArgumentException.class, () -> Forecast.until(momentary, START.plusSeconds(10)));
        assertThrows(IllegalArgumentException.class, () -> Forecast.until(later, START.plusSeconds(29)));
    }

    @Test
    void whatAddOnsCoverGrowsWithTime() {
        Slice three = slice(3, 10);
        Map<Meter, Ratio> extras = Map.of(Meter.CPU_TIME, Ratio.of(6, 1));
        Slice covered = new Slice(
                three.subscription(),
                three.period(),
                three.begun(),
                TARIFF,
                three.usage(),
                ZoneOffset.UTC,
                extras,
                List.of());

        assertEquals(
                Ratio.of(20, 1), Forecast.until(covered, START.plusSeconds(10)).extra(Meter.CPU_TIME));
    }

    @Test
    void aSecondIsEnough() {
        assertEquals(
                BigInteger.valueOf(50),
                Forecast.until(slice(1, 10), START.plusSeconds(5)).usage().of(Meter.CPU_TIME));
    }
}
