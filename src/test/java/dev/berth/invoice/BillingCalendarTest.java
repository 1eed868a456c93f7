package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.units.Period;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BillingCalendarTest {
    @ParameterizedTest
    @CsvSource({
        "month, UTC, 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z",
        "month, Europe/Berlin, 2026-01-31T23:00:00Z/2026-02-28T23:00:00Z",
        "PT1H, UTC, 2026-02-14T12:00:00Z/2026-02-14T13:00:00Z",
        "PT1M, UTC, 2026-02-14T12:34:00Z/2026-02-14T12:35:00Z",
        "P1D, UTC, 2026-02-14T00:00:00Z/2026-02-15T00:00:00Z"
    })
    void cutsTime(String period, String zone, String expected) {
        BillingCalendar calendar = new BillingCalendar(period, zone);

        assertEquals(
                expected,
                calendar.containing(Instant.parse("2026-02-14T12:34:56Z")).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT7H", "PT0S", "PT0.5S", "-PT1H", "week", ""})
    void refusesWhatDoesNotDivideADay(String period) {
        assertThrows(IllegalArgumentException.class, () -> new BillingCalendar(period, "UTC"));
    }

    @Test
    void periodsFollowEachOtherWithoutAGapAfterAChange() {
        BillingCalendar hourly = new BillingCalendar("PT1H", "UTC");

        assertEquals(
                "2026-02-14T12:34:00Z/2026-02-14T13:00:00Z",
                hourly.from(Instant.parse("2026-02-14T12:34:00Z"), ZoneOffset.UTC)
                        .toString());
    }

    /** The zone before, the one after, and the first months of the new one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UTC                 | Europe/Berlin       | 2026-03-01T00:00:00Z | 2026-03-31T22:00:00Z
            UTC                 | America/New_York    | 2026-03-01T00:00:00Z | 2026-04-01T04:00:00Z
            Pacific/Kiritimati  | Pacific/Pago_Pago   | 2026-01-31T10:00:00Z | 2026-03-01T11:00:00Z
            Pacific/Pago_Pago   | Pacific/Kiritimati  | 2026-02-01T11:00:00Z | 2026-02-28T10:00:00Z
            Europe/Berlin       | UTC                 | 2026-09-30T22:00:00Z | 2026-11-01T00:00:00Z
            """)
    void anotherZoneEndsTheNextPeriodWithItsOwnMonth(String before, String after, Instant start, Instant end) {
        BillingCalendar calendar = new BillingCalendar("month", "UTC");
        assertEquals(start, calendar.containing(start, ZoneId.of(before)).from());

        Period next = calendar.from(start, ZoneId.of(after));

        assertEquals(new Period(start, end), next);
        Period following = calendar.from(end, ZoneId.of(after));
        assertEquals(calendar.containing(end, ZoneId.of(after)), following);
    }
}
