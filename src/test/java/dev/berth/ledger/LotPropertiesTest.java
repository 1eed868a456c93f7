package dev.berth.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.ledger.Lot.Take;
import dev.berth.units.Money;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LotPropertiesTest {
    private static final Currency EURO = Currency.getInstance("EUR");

    private static List<Lot> lots(List<Long> amounts) {
        return IntStream.range(0, amounts.size())
                .mapToObj(i -> new Lot(new UUID(0, i), new Money(amounts.get(i), EURO), Optional.empty(), true))
                .toList();
    }

    private static long sum(List<Take> takes) {
        return takes.stream().mapToLong(take -> take.amount().minor()).sum();
    }

    @Property
    void asMuchAsThereIsInOrderAndNeverMoreThanALotHas(
            @ForAll @Size(max = 8) List<@LongRange(min = 0, max = 1_000) Long> amounts,
            @ForAll @LongRange(min = 0, max = 5_000) long wanted) {
        List<Lot> open = lots(amounts);

        List<Take> takes = Lot.upTo(open, new Money(wanted, EURO));

        long there = amounts.stream().mapToLong(Long::longValue).sum();
        assertEquals(Math.min(there, wanted), sum(takes));
        List<UUID> order = takes.stream().map(Take::lot).toList();
        assertEquals(order.stream().sorted().toList(), order);
        // all but the last one are used up
        for (int i = 0; i < takes.size(); i++) {
            long left = open.get((int) takes.get(i).lot().getLeastSignificantBits())
                    .left()
                    .minor();
            long taken = takes.get(i).amount().minor();
            assertTrue(taken > 0 && (i == takes.size() - 1 ? taken <= left : taken == left));
        }
        assertEquals(there >= wanted, Lot.take(open, new Money(wanted, EURO)).isPresent());
    }
}
