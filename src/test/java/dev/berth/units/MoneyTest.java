package dev.berth.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    private static final Currency EUR = Currency.getInstance("EUR");

    @ParameterizedTest
    @CsvSource({"0.004, 0.00", "0.005, 0.01", "0.0149999, 0.01", "-0.005, -0.01", "12.345, 12.35", "7, 7.00"})
    void roundsHalvesAwayFromZero(String exact, String rounded) {
        Money money = Money.rounded(new BigDecimal(exact), EUR);

        assertEquals(rounded, money.amount());
    }

    @ParameterizedTest
    @CsvSource({
        "0.005, 0, false, 0.01", "0, -0.005, false, 0.00", "-0.01, 0.005, false, 0.00", "0.010, -0.005, false, 0.01",
        "-0.0051, 0, false, -0.01", "-0.005, 0, true, -0.01", "0, 0.005, true, 0.00", "-0.010, 0.005, true, -0.01",
        "0.0049, 0, true, 0.00", "0.0051, 0, true, 0.01"
    })
    void aHalfThatWasGivenOrTakenStays(String exact, String carriedIn, boolean down, String settled) {
        Money money = Money.settled(new BigDecimal(exact), new BigDecimal(carriedIn), EUR, down);

        assertEquals(settled, money.amount());
    }

    @Test
    void refusesAnAmountFinerThanTheCurrency() {
        assertThrows(IllegalArgumentException.class, () -> Money.of("1.005", "EUR"));
        assertThrows(IllegalArgumentException.class, () -> Money.of("1.5", "JPY"));
        assertThrows(IllegalArgumentException.class, () -> Money.of("one", "EUR"));
    }

    @Test
    void doesNotMixCurrencies() {
        Money euro = Money.of("1", "EUR");
        Money yen = Money.of("1", "JPY");

        assertThrows(IllegalArgumentException.class, () -> euro.plus(yen));
        assertThrows(IllegalArgumentException.class, () -> euro.compareTo(yen));
    }

    @Test
    void doesNotWrap() {
        Money most = new Money(Long.MAX_VALUE, EUR);

        assertThrows(ArithmeticException.class, () -> most.plus(Money.of("0.01", "EUR")));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "1073741824, 1 GiB"})
    void showsSizesToPeople(long bytes, String shown) {
        assertEquals(shown, new Bytes(bytes).toString());
    }
}
