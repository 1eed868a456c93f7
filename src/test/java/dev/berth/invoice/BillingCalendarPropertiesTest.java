package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.units.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever zones an account moves through, its periods follow each other and end with months. */
class BillingCalendarPropertiesTest {
    private static final BillingCalendar CALENDAR = new BillingCalendar("month", "UTC");

    @Provide
    Arbitrary<List<ZoneId>> journeys() {
        List<ZoneId> zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        return Arbitraries.of(zones).list().ofMinSize(1).ofMaxSize(24);
    }

    @Provide
    Arbitrary<Instant> starts() {
        long from = Instant.parse("2015-01-01T00:00:00Z").getEpochSecond();
        long to = Instant.parse("2040-01-01T00:00:00Z").getEpochSecond();
        return Arbitraries.longs().between(from, to).map(Instant::ofEpochSecond);
    }

    /** One zone for each period. */
    @Property
    void periodsFollowEachOtherAndEndWithAMonthOfTheirZone(
            @ForAll("starts") Instant begin, @ForAll("journeys") List<ZoneId> zones) {
        Instant reached = CALENDAR.containing(begin, zones.getFirst()).from();
        for (ZoneId zone : zones) {
            Period period = CALENDAR.from(reached, zone);

            assertEquals(reached, period.from());
            ZonedDateTime end = period.to().atZone(zone);
            assertEquals(1, end.getDayOfMonth());
            assertEquals(end.toLocalDate().atStartOfDay(zone).toInstant(), period.to());
            Duration length = Duration.between(period.from(), period.to());
            assertTrue(length.compareTo(Duration.ofDays(25)) > 0, () -> "a bill of its own for " + length);
            assertTrue(length.compareTo(Duration.ofDays(34)) < 0, () -> "too long: " + length);
            reached = period.to();
        }
    }

    /** Who stays where he is has calendar months, each as long as it is there. */
    @Property
    void whoStaysHasCalendarMonths(@ForAll("starts") Instant begin, @ForAll("journeys") List<ZoneId> zones) {
        ZoneId zone = zones.getFirst();
        Period month = CALENDAR.containing(begin, zone);

        assertTrue(!begin.isBefore(month.from()) && begin.isBefore(month.to()));
        assertEquals(month, CALENDAR.from(month.from(), zone));
        assertEquals(CALENDAR.containing(month.to(), zone), CALENDAR.from(month.to(), zone));
    }
}
