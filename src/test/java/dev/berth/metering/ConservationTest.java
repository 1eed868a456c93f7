package dev.berth.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.metering.Conservation.Verdict;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConservationTest {
    private static Conservation of(long contexts, long host, long slack) {
        return Conservation.of(BigInteger.valueOf(contexts), BigInteger.valueOf(host), BigInteger.valueOf(slack));
    }

    /** A hundredth of the larger side and the slack are tolerated, to the unit. */
    @ParameterizedTest
    @CsvSource({
        "1000, 1000, 0, HOLDS",
        "1010, 1000, 0, HOLDS",
        "1011, 1000, 0, ABOVE",
        "990,  1000, 0, HOLDS",
        "989,  1000, 0, BELOW",
        "1015, 1000, 5, HOLDS",
        "1016, 1000, 5, ABOVE",
        "985,  1000, 5, HOLDS",
        "984,  1000, 5, BELOW",
        "0,    0,    0, HOLDS",
        "0,    6,    5, BELOW",
        "6,    0,    5, ABOVE"
    })
    void comparesWithinTheTolerance(long contexts, long host, long slack, Verdict verdict) {
        assertEquals(verdict, of(contexts, host, slack).verdict());
    }

    @Test
    void showsTheToleranceThatItUsed() {
        assertEquals(BigInteger.valueOf(27), of(1_000, 2_000, 7).tolerance());
    }

    @Test
    void nothingIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> of(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> of(0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> of(0, 0, -1));
    }
}
