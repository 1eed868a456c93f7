package dev.berth.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ids, periods, prices: what they refuse, and how they read. */
class UnitsTest {
    private static final String ID = "00000000-0000-7000-8000-00000000000a";
    private static final UUID LOWER = new UUID(1, 1);
    private static final UUID HIGHER = new UUID(1, 2);

    private static Period hours(int from, int to) {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        return new Period(start.plusSeconds(from * 3_600L), start.plusSeconds(to * 3_600L));
    }

    @Test
    void idsReadAsTheyAreWritten() {
        assertEquals(ID, AccountId.of(ID).toString());
        assertEquals(ID, ContextId.of(ID).toString());
        assertEquals(ID, InvoiceId.of(ID).toString());
        assertEquals(ID, NodeId.of(ID).toString());
        assertEquals(ID, SubscriptionId.of(ID).toString());
    }

    @Test
    void idsHaveAnOrder() {
        assertTrue(new AccountId(LOWER).compareTo(new AccountId(HIGHER)) < 0);
        assertTrue(new ContextId(LOWER).compareTo(new ContextId(HIGHER)) < 0);
        assertTrue(new InvoiceId(LOWER).compareTo(new InvoiceId(HIGHER)) < 0);
        assertTrue(new NodeId(LOWER).compareTo(new NodeId(HIGHER)) < 0);
        assertTrue(new SubscriptionId(LOWER).compareTo(new SubscriptionId(HIGHER)) < 0);
    }

    @Test
    void aPeriodHasItsBeginningAndNotItsEnd() {
        Period period = hours(1, 3);

        assertTrue(period.contains(period.from()));
        assertTrue(period.contains(period.to().minusNanos(1)));
        assertFalse(period.contains(period.to()));
        assertFalse(period.contains(period.from().minusNanos(1)));
        assertEquals(7_200, period.seconds());
        assertEquals("2026-01-01T01:00:00Z/2026-01-01T03:00:00Z", period.toString());
    }

    @Test
    void anEmptyPeriodIsNone() {
        assertThrows(IllegalArgumentException.class, () -> hours(1, 1));
        assertThrows(IllegalArgumentException.class, () -> hours(2, 1));
    }

    @Test
    void periodsOverlapWhereBothAre() {
        Period period = hours(1, 3);

        assertEquals(Optional.of(hours(2, 3)), period.intersection(hours(2, 5)));
        assertEquals(Optional.of(hours(2, 3)), hours(2, 5).intersection(period));
        assertEquals(Optional.of(period), period.intersection(hours(0, 9)));
        assertEquals(Optional.of(period), hours(0, 9).intersection(period));
        assertEquals(Optional.of(period), period.intersection(period));
    }

    @Test
    void periodsThatOnlyTouchDoNotOverlap() {
        assertEquals(Optional.empty(), hours(1, 2).intersection(hours(2, 3)));
        assertEquals(Optional.empty(), hours(2, 3).intersection(hours(1, 2)));
    }

    @Test
    void aPriceIsNotNegativeAndNotFinerThanTwelveDecimals() {
        assertEquals("0.000000000001 EUR", UnitPrice.of("0.000000000001", "EUR").toString());
        assertEquals("0 EUR", UnitPrice.of("0.00", "EUR").toString());
        assertThrows(IllegalArgumentException.class, () -> UnitPrice.of("0.0000000000001", "EUR"));
        assertThrows(IllegalArgumentException.class, () -> UnitPrice.of("-0.01", "EUR"));
        assertEquals(Ratio.of(3, 8), UnitPrice.of("0.25", "EUR").times(Ratio.of(3, 2)));
    }

    @Test
    void bytesAreNotNegative() {
        assertEquals("0 B", new Bytes(0).toString());
        assertThrows(IllegalArgumentException.class, () -> new Bytes(-1));
    }

    @Test
    void moneyReadsWithItsCurrency() {
        Money money = Money.of("12.30", "EUR");

        assertEquals("12.30 EUR", money.toString());
        assertEquals("-12.30 EUR", money.negated().toString());
        assertEquals(new Amount("12.30", "EUR"), Amount.of(money));
        assertEquals(new Amount("5", "JPY"), Amount.of(Money.of("5", "JPY")));
    }
}
