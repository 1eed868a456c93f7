package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.metering.Usage;
import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** UCRM#139: who was not served is not charged for the time. */
class PausesTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Period MONTH = days(0, 30);
    private static final Tariff TARIFF = new Tariff(
            new UUID(1, 1),
            "Any",
            Currency.getInstance("EUR"),
            List.of(new TariffLine(1, "Fee", "month", new RecurringPrice(UnitPrice.of("30", "EUR")))));

    private static Period days(int from, int to) {
        return new Period(START.plus(Duration.ofDays(from)), START.plus(Duration.ofDays(to)));
    }

    private static Stretch stretch(int from, int to, int units) {
        return new Stretch(days(from, to), BigInteger.valueOf(units));
    }

    private static Slice slice(Period period, Period... paused) {
        return new Slice(
                new SubscriptionId(new UUID(2, 2)),
                period,
                START,
                TARIFF,
                Usage.none(period),
                ZoneOffset.UTC,
                Map.of(),
                List.of(paused));
    }

    private static String fee(Slice slice) {
        RatedLine line = Rater.rate(slice).getFirst();
        return "%s for %s s".formatted(line.exact().stripTrailingZeros().toPlainString(), line.quantity());
    }

    @Test
    void holdsByTwoCausesAreOneAndThoseThatTouchToo() {
        assertEquals(
                List.of(days(2, 9), days(20, 30)),
                Pauses.merged(
                        List.of(
                                days(20, 40),
                                days(5, 7),
                                days(2, 6),
                                days(7, 9),
                                days(3, 4),
                                days(-9, 0),
                                days(30, 31)),
                        MONTH));
    }

    @Test
    void theWholeIsCutWherePausesAre() {
        assertEquals(
                List.of(stretch(0, 2, 1), stretch(2, 9, 0), stretch(9, 20, 1), stretch(20, 30, 0)),
                slice(MONTH, days(20, 40), days(2, 9)).stretches());
        assertEquals(List.of(stretch(0, 30, 1)), slice(MONTH, days(30, 31)).stretches());
        assertEquals(List.of(stretch(0, 30, 0)), slice(MONTH, days(-1, 31)).stretches());
    }

    @Test
    void aMonthOfSuspensionCostsNothingAndOneDayOfServiceADay() {
        assertEquals("0 for 0 s", fee(slice(MONTH, days(-9, 99))));
        assertEquals("1 for 86400 s", fee(slice(MONTH, days(0, 13), days(14, 31))));
        assertEquals("30 for 2592000 s", fee(slice(MONTH)));
    }

    @Test
    void addOnsStandStillInTheSameTime() {
        List<Stretch> had = List.of(stretch(0, 10, 2), stretch(10, 20, 3));

        assertEquals(
                List.of(stretch(0, 8, 2), stretch(12, 15, 3), stretch(16, 20, 3)),
                Pauses.without(had, List.of(days(15, 16), days(8, 12), days(25, 28))));
    }

    @Test
    void whatIsSuspendedNowIsExpectedToStaySo() {
        Slice soFar = slice(days(0, 10), days(2, 3), days(8, 10));

        Slice whole = Forecast.until(soFar, MONTH.to());

        assertEquals(List.of(days(2, 3), days(8, 30)), whole.paused());
        assertEquals(
                List.of(days(2, 3)),
                Forecast.until(slice(days(0, 10), days(2, 3)), MONTH.to()).paused());
        assertEquals("7 for 604800 s", fee(whole));
    }

    @Test
    void theCapOfAMonthIsForWhatIsCharged() {
        HourlyPrice hourly = new HourlyPrice(UnitPrice.of("1", "EUR"), Optional.of(UnitPrice.of("240", "EUR")));

        // 9 days are below the cap of 10, 11 are not, however they lie
        assertEquals("216", hourly.charge(slice(MONTH, days(3, 24))).exact().toString());
        assertEquals("240", hourly.charge(slice(MONTH, days(3, 22))).exact().toString());
        assertEquals(
                BigInteger.valueOf(11 * 86_400),
                hourly.charge(slice(MONTH, days(3, 22))).quantity());
    }

    @Test
    void otherPricesKeepThePauses() {
        Slice slice = slice(MONTH, days(3, 22));

        assertEquals(slice.paused(), slice.on(TARIFF).paused());
    }
}
