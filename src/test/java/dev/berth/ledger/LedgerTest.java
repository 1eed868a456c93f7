package dev.berth.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.ledger.Book.Posted;
import dev.berth.ledger.Rules.TakenBack;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What transfers are made of, and what a trial balance says of them. */
class LedgerTest {
    private static final AccountId ALICE = new AccountId(new UUID(0, 1));
    private static final Currency EUR = Currency.getInstance("EUR");

    private static Money euro(String amount) {
        return Money.of(amount, "EUR");
    }

    private static Balance balance(AccountKind kind, String debits, String credits) {
        return new Balance(new LedgerAccount(Owner.of(ALICE), kind, EUR), euro(debits), euro(credits));
    }

    private static List<String> shown(List<Transfer> transfers) {
        return transfers.stream()
                .map(t -> "%s %s>%s %s"
                        .formatted(t.source(), t.credit().kind(), t.debit().kind(), t.amount()))
                .toList();
    }

    @Test
    void anOwnerReadsAsItIsWritten() {
        assertEquals(new Owner.House(), Owner.parse(new Owner.House().key()));
        assertEquals(Owner.of(ALICE), Owner.parse(Owner.of(ALICE).key()));
    }

    @Test
    void aCreditNoteTakesBackNetTaxAndWhatWasPaid() {
        TakenBack all = new TakenBack(euro("10.00"), euro("1.90"), euro("5.00"));

        assertEquals(
                List.of(
                        "credit-note/n1/net RECEIVABLE>REVENUE 10.00 EUR",
                        "credit-note/n1/tax RECEIVABLE>TAX 1.90 EUR",
                        "credit-note/n1/returned CREDIT>RECEIVABLE 5.00 EUR"),
                shown(Rules.credited(ALICE, "n1", "CN-1", all)));
    }

    @Test
    void aPartOfNothingIsNoTransfer() {
        TakenBack net = new TakenBack(euro("10.00"), euro("0.00"), euro("0.00"));

        assertEquals(
                List.of("credit-note/n1/net RECEIVABLE>REVENUE 10.00 EUR"),
                shown(Rules.credited(ALICE, "n1", "CN-1", net)));
    }

    @Test
    void whatIsOnOneSideOnlyIsADifference() {
        TrialBalance lame = new TrialBalance(List.of(
                balance(AccountKind.REVENUE, "0.00", "10.00"), balance(AccountKind.RECEIVABLE, "9.99", "0.00")));

        assertEquals(Map.of("EUR", euro("-0.01")), lame.differences());
        assertFalse(lame.sound());
    }

    @Test
    void creditBelowZeroIsNotSound() {
        TrialBalance overdrawn = new TrialBalance(
                List.of(balance(AccountKind.CREDIT, "1.00", "0.00"), balance(AccountKind.RECEIVABLE, "0.00", "1.00")));
        TrialBalance empty = new TrialBalance(List.of(balance(AccountKind.CREDIT, "1.00", "1.00")));

        assertEquals(Map.of("EUR", euro("0.00")), overdrawn.differences());
        assertFalse(overdrawn.sound());
        assertTrue(empty.sound());
    }

    @Test
    void oneAccountsCreditDoesNotPayForAnother() {
        AccountId bob = new AccountId(new UUID(0, 2));
        Book book = new Book();
        book.post(Rules.creditGranted(ALICE, euro("5.00"), "g1", "welcome"));
        book.post(Rules.creditGranted(bob, euro("5.00"), "g2", "welcome"));
        List<Transfer> both = Stream.concat(
                        Rules.allocated(ALICE, "a1", "1", euro("5.00")).stream(),
                        Rules.allocated(bob, "a2", "2", euro("5.00")).stream())
                .toList();
        List<Transfer> tooMuch = Stream.concat(
                        Rules.allocated(ALICE, "a3", "1", euro("3.00")).stream(),
                        Rules.allocated(ALICE, "a4", "2", euro("3.00")).stream())
                .toList();

        assertEquals(Posted.NOT_ENOUGH_CREDIT, book.post(tooMuch));
        assertEquals(Posted.DONE, book.post(both));
    }

    @Test
    void aTransferIsPositiveBetweenTwoAccountsOfOneCurrency() {
        Source source = new Source("test", "t", "s");
        LedgerAccount credit = new LedgerAccount(Owner.of(ALICE), AccountKind.CREDIT, EUR);
        LedgerAccount revenue = new LedgerAccount(new Owner.House(), AccountKind.REVENUE, EUR);
        LedgerAccount yen = new LedgerAccount(new Owner.House(), AccountKind.REVENUE, Currency.getInstance("JPY"));

        assertThrows(IllegalArgumentException.class, () -> new Transfer(source, credit, revenue, euro("0.00"), ""));
        assertThrows(IllegalArgumentException.class, () -> new Transfer(source, credit, credit, euro("1.00"), ""));
        assertThrows(IllegalArgumentException.class, () -> new Transfer(source, credit, yen, euro("1.00"), ""));
        assertThrows(IllegalArgumentException.class, () -> new Source("test", " ", "s"));
    }

    @Test
    void aLotThatIsJustEnoughIsTakenWhole() {
        Lot lot = new Lot(new UUID(0, 7), euro("2.00"), Optional.empty(), true);
        Lot next = new Lot(new UUID(0, 8), euro("2.00"), Optional.empty(), true);

        assertEquals(
                Optional.of(List.of(new Lot.Take(lot.id(), euro("2.00")))), Lot.take(List.of(lot, next), euro("2.00")));
        assertEquals(Optional.empty(), Lot.take(List.of(lot, next), euro("4.01")));
    }
}
