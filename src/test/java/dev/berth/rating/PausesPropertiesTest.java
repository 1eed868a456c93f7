package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.metering.Usage;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class PausesPropertiesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant START = Instant.parse("2026-03-20T09:00:00.250Z");
    private static final Tariff TARIFF = new Tariff(new UUID(1, 1), "Any", Currency.getInstance("EUR"), List.of());
    private static final List<Price> FEES = List.of(
            new RecurringPrice(UnitPrice.of("4.99", "EUR")),
            new HourlyPrice(UnitPrice.of("0.0075", "EUR"), Optional.empty()));

    private static Slice slice(Period period, List<Period> paused) {
        return new Slice(
                new SubscriptionId(new UUID(2, 2)),
                period,
                START,
                TARIFF,
                Usage.none(period),
                BERLIN,
                Map.of(),
                paused);
    }

    /** Milliseconds and lengths, so that bounds do not lie on seconds and stretches overlap. */
    private static List<Period> holds(List<Integer> numbers, Instant from) {
        List<Period> holds = new ArrayList<>();
        for (int i = 1; i < numbers.size(); i += 2) {
            Instant begins = from.plusMillis(numbers.get(i - 1) - 1_000_000L);
            holds.add(new Period(begins, begins.plusMillis(1 + numbers.get(i) / 8)));
        }
        return holds;
    }

    @Property
    void whatIsPausedAndWhatIsChargedIsTheWhole(
            @ForAll @LongRange(min = 1, max = 2_000_000_000) long millis,
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 2_000_000_000) Integer> numbers) {
        Period whole = new Period(START, START.plusMillis(millis));
        List<Period> holds = holds(numbers, START);
        List<Period> merged = Pauses.merged(holds, whole);

        for (Price fee : FEES) {
            Charge charged = fee.charge(slice(whole, holds));
            Ratio exact = charged.exact();
            BigInteger seconds = charged.quantity();
            for (Period pause : merged) {
                Charge paused = fee.charge(slice(pause, List.of()));
                exact = exact.plus(paused.exact());
                seconds = seconds.add(paused.quantity());
            }
            assertEquals(fee.charge(slice(whole, List.of())), new Charge(seconds, BigInteger.ZERO, exact));
        }
    }

    /** Each moment is charged once or in a hold, never both and never neither. */
    @Property
    void aMomentIsPausedWhenAHoldHasIt(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 2_000_000_000) Integer> numbers,
            @ForAll @LongRange(min = 0, max = 1_999_999_999) long millis) {
        Period whole = new Period(START, START.plusMillis(2_000_000_000));
        Instant moment = START.plusMillis(millis);
        List<Period> holds = holds(numbers, START);

        List<BigInteger> units = slice(whole, holds).stretches().stream()
                .filter(stretch -> stretch.period().contains(moment))
                .map(AddOnPrice.Stretch::units)
                .toList();

        boolean held = holds.stream().anyMatch(hold -> hold.contains(moment));
        assertEquals(List.of(held ? BigInteger.ZERO : BigInteger.ONE), units);
    }
}
