package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
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
                hourly.from(Instant.parse("2026-02-14T12:34:00Z")).toString());
    }
}
