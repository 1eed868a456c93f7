package dev.berth.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MoneyPropertiesTest {
    private static final Currency EUR = Currency.getInstance("EUR");

    /** Tenths of cents, so that exact halves are many; some are taken back. */
    private static BigDecimal exact(int tenths) {
        return BigDecimal.valueOf(tenths, 3);
    }

    private static Money total(List<Integer> parts, boolean down) {
        Money total = Money.zero(EUR);
        BigDecimal carried = BigDecimal.ZERO;
        for (int part : parts) {
            Money amount = Money.settled(exact(part), carried, EUR, down);
            carried = exact(part).add(carried).subtract(amount.decimal());
            assertTrue(carried.abs().compareTo(new BigDecimal("0.005")) <= 0);
            total = total.plus(amount);
        }
        // nothing that comes afterwards changes it
        assertTrue(Money.settled(BigDecimal.ZERO, carried, EUR, down).isZero());
        return total;
    }

    @Property
    void howeverASumIsCutAndOrderedItIsRoundedOnce(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = -60, max = 90) Integer> parts,
            @ForAll Random random,
            @ForAll boolean down) {
        int sum = parts.stream().mapToInt(Integer::intValue).sum();
        List<Integer> shuffled = new ArrayList<>(parts);
        Collections.shuffle(shuffled, random);

        Money whole = Money.settled(exact(sum), BigDecimal.ZERO, EUR, down);

        assertEquals(whole, total(parts, down));
        assertEquals(whole, total(shuffled, down));
    }
}
