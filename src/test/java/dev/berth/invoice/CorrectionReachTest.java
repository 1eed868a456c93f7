package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrectionReachTest {
    private static CorrectionReach reach(String reach, String retention) {
        return new CorrectionReach(Period.parse(reach), Period.parse(retention));
    }

    /** The last two differ on some days only. */
    @ParameterizedTest
    @CsvSource({"P19M, P18M", "P18M, P18M", "P15M, P18M", "P2Y, P18M", "P500D, P18M", "P1M, P120D", "P28D, P4M"})
    void whatReachesAsFarAsReadingsAreKeptIsRefused(String reach, String retention) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> reach(reach, retention));
        String said = String.valueOf(refused.getMessage());

        assertTrue(
                said.startsWith("berth.billing.corrections-for is " + reach + " and berth.metering.retention is "
                        + retention + ": the first must be more than 3 months shorter"),
                said);
    }

    @ParameterizedTest
    @CsvSource({"P13M, P18M", "P1Y, P16M", "P27D, P4M", "P31D, P5M"})
    void whatIsShorterIsTaken(String reach, String retention) {
        Instant now = Instant.parse("2026-11-29T08:00:00Z");

        assertTrue(reach(reach, retention).before(now).isBefore(now));
    }

    @Test
    void monthsAreCountedByTheCalendar() {
        assertEquals(
                Instant.parse("2025-10-29T08:00:00Z"),
                reach("P13M", "P18M").before(Instant.parse("2026-11-29T08:00:00Z")));
    }
}
