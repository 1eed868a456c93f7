package dev.berth.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioTest {
    private static final long MOST = 1_000_000_000_000L;

    @ParameterizedTest
    @CsvSource({"6, 4, 3/2", "6, -4, -3/2", "-6, -4, 3/2", "0, -7, 0", "8, 4, 2"})
    void isInLowestTermsWithThePositiveDenominator(long numerator, long denominator, String shown) {
        assertEquals(shown, Ratio.of(numerator, denominator).toString());
    }

    @Test
    void nothingIsDividedByNothing() {
        assertThrows(IllegalArgumentException.class, () -> Ratio.of(1, 0));
    }

    @ParameterizedTest
    @CsvSource({"7, 2, 3, 4", "-7, 2, -4, -3", "6, 2, 3, 3", "-6, 2, -3, -3", "0, 5, 0, 0", "1, 9, 0, 1"})
    void floorsDownAndCeilsUp(long numerator, long denominator, long floor, long ceiling) {
        Ratio ratio = Ratio.of(numerator, denominator);

        assertEquals(BigInteger.valueOf(floor), ratio.floor());
        assertEquals(BigInteger.valueOf(ceiling), ratio.ceiling());
    }

    @ParameterizedTest
    @CsvSource({"0.25, 1/4", "12, 12", "1.2E+3, 1200", "-0.5, -1/2", "0.10, 1/10", "10, 10"})
    void takesDecimalsExactly(String decimal, String shown) {
        assertEquals(shown, Ratio.of(new BigDecimal(decimal)).toString());
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2, 0.33", "1, 8, 2, 0.13", "-1, 8, 2, -0.13", "1, 200, 2, 0.01", "2, 3, 0, 1"})
    void roundsHalvesAwayFromZero(long numerator, long denominator, int decimals, String rounded) {
        assertEquals(
                rounded, Ratio.of(numerator, denominator).toDecimal(decimals).toPlainString());
    }

    @Property
    void sumsAndDifferencesUndoEachOther(
            @ForAll @LongRange(min = -MOST, max = MOST) long a,
            @ForAll @LongRange(min = 1, max = MOST) long b,
            @ForAll @LongRange(min = -MOST, max = MOST) long c) {
        Ratio one = Ratio.of(a, b);
        Ratio other = Ratio.of(c, 7);

        assertEquals(one, one.plus(other).minus(other));
        assertEquals(one.plus(one), one.times(Ratio.of(2, 1)));
        assertEquals(one, one.dividedBy(BigInteger.valueOf(3)).times(Ratio.of(3, 1)));
    }

    @Property
    void theLargerAndTheSmallerAreTheTwo(
            @ForAll @LongRange(min = -50, max = 50) long a, @ForAll @LongRange(min = -50, max = 50) long c) {
        Ratio one = Ratio.of(a, 6);
        Ratio other = Ratio.of(c, 4);

        assertTrue(one.max(other).compareTo(one.min(other)) >= 0);
        assertEquals(one.plus(other), one.max(other).plus(one.min(other)));
        assertEquals(Integer.signum(one.compareTo(other)), -Integer.signum(other.compareTo(one)));
        assertEquals(Long.compare(a * 4, c * 6), Integer.signum(one.compareTo(other)));
    }
}
