package dev.berth.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.ledger.Book.Posted;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BookTest {
    private static final AccountId ALICE = new AccountId(new UUID(0, 1));

    /** Plays lines such as {@code grant g1 20.00}, {@code invoice i1 10.00 1.90}, {@code pay i1 11.90}. */
    private static String play(String script) {
        Book book = new Book();
        StringBuilder page = new StringBuilder();
        for (String line : script.strip().split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1);
            page.append("%-24s %s%n".formatted(line.strip(), book.post(transfers(words))));
        }
        page.append(book.trialBalance().balances().stream()
                .sorted(Comparator.comparing(b -> b.account().toString()))
                .map(b -> "%-12s %8s".formatted(b.account().kind(), b.held().amount()))
                .collect(Collectors.joining("\n", "", "\n")));
        assertTrue(book.trialBalance().sound(), page::toString);
        return page.toString();
    }

    private static List<Transfer> transfers(String[] words) {
        return switch (words[0]) {
            case "grant" -> Rules.creditGranted(ALICE, Money.of(words[2], "EUR"), words[1], "welcome");
            case "invoice" ->
                Rules.invoiceFinalised(ALICE, words[1], words[1], Money.of(words[2], "EUR"), Money.of(words[3], "EUR"));
            case "pay" -> Rules.allocated(ALICE, words[1], words[1], Money.of(words[2], "EUR"));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    @Test
    void creditPaysAnInvoice() {
        assertEquals("""
                grant g1 20.00           DONE
                invoice i1 10.00 1.90    DONE
                pay i1 11.90             DONE
                CREDIT           8.10
                RECEIVABLE       0.00
                GRANTS          20.00
                REVENUE         10.00
                TAX              1.90
                """, play("""
                grant g1 20.00
                invoice i1 10.00 1.90
                pay i1 11.90
                """));
    }

    @Test
    void aRepeatMovesNothing() {
        assertEquals("""
                grant g1 5.00            DONE
                grant g1 5.00            REPEATED
                CREDIT           5.00
                GRANTS           5.00
                """, play("""
                grant g1 5.00
                grant g1 5.00
                """));
    }

    @Test
    void creditDoesNotFallBelowZero() {
        assertEquals("""
                grant g1 5.00            DONE
                invoice i1 5.01 0.00     DONE
                pay i1 5.01              NOT_ENOUGH_CREDIT
                CREDIT           5.00
                RECEIVABLE       5.01
                GRANTS           5.00
                REVENUE          5.01
                """, play("""
                grant g1 5.00
                invoice i1 5.01 0.00
                pay i1 5.01
                """));
    }

    @Test
    void aSourceCannotMeanTwoThings() {
        Book book = new Book();
        book.post(Rules.creditGranted(ALICE, Money.of("1.00", "EUR"), "g1", "welcome"));

        assertThrows(
                IllegalStateException.class,
                () -> book.post(Rules.creditGranted(ALICE, Money.of("2.00", "EUR"), "g1", "welcome")));
    }

    @Test
    void aTransferIsPositiveAndBetweenTwoAccountsOfOneCurrency() {
        LedgerAccount euro = Rules.of(ALICE, AccountKind.CREDIT, Money.of("1", "EUR"));
        LedgerAccount yen = Rules.of(ALICE, AccountKind.RECEIVABLE, Money.of("1", "JPY"));
        Source source = new Source("a", "b", "c");

        assertThrows(IllegalArgumentException.class, () -> new Transfer(source, euro, euro, Money.of("1", "EUR"), ""));
        assertThrows(IllegalArgumentException.class, () -> new Transfer(source, euro, yen, Money.of("1", "EUR"), ""));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Transfer(
                        source,
                        euro,
                        Rules.of(ALICE, AccountKind.RECEIVABLE, Money.of("1", "EUR")),
                        Money.of("0", "EUR"),
                        ""));
    }

    @Test
    void everyPostingKeepsTheBooksBalanced() {
        Book book = new Book();
        for (int i = 1; i <= 200; i++) {
            Money amount = Money.of(i + ".37", "EUR");
            book.post(Rules.creditGranted(ALICE, amount, "g" + i, "r"));
            book.post(Rules.invoiceFinalised(ALICE, "i" + i, "i" + i, amount, Money.of("0.0" + i % 10, "EUR")));
            Posted posted = book.post(Rules.allocated(ALICE, "i" + i, "i" + i, amount));
            assertEquals(Posted.DONE, posted);
            assertTrue(book.trialBalance().sound());
        }
    }

    /** Everything that can happen to a payment, one after the other. */
    @Test
    void bothSidesAreEqualAfterEveryRuleOfPayments() {
        Money ten = Money.of("10.00", "EUR");
        Source lost = new Source(Rules.DISPUTE, "d2", "lost-credit");
        List<List<Transfer>> rules = List.of(
                Rules.paymentReceived(ALICE, AccountKind.BANK, ten, "p1"),
                Rules.unmatchedReceived(AccountKind.BANK, ten, "p2"),
                Rules.paymentAssigned(ALICE, ten, "p2"),
                Rules.paymentReceived(ALICE, AccountKind.GATEWAY, ten, "p3"),
                Rules.allocated(ALICE, "a1", "i1", ten),
                Rules.refunded(ALICE, AccountKind.GATEWAY, ten, "r1"),
                Rules.refundFailed(ALICE, AccountKind.GATEWAY, ten, "r1"),
                Rules.disputeOpened(ten, "d1"),
                Rules.feeTaken(ten, Rules.DISPUTE, "d1"),
                Rules.disputeWon(ten, "d1"),
                Rules.disputeOpened(ten, "d2"),
                Rules.disputeLost(ALICE, AccountKind.CREDIT, ten, lost),
                Rules.disputeRest(ALICE, ten, "d2"),
                Rules.disputeBorne(ten, "d2"),
                Rules.creditExpired(ALICE, ten, "lot"));
        Book book = new Book();
        for (List<Transfer> rule : rules) {
            assertEquals(Posted.DONE, book.post(rule), rule::toString);
            assertTrue(book.trialBalance().sound(), rule::toString);
            assertEquals(Posted.REPEATED, book.post(rule), rule::toString);
        }
    }
}
