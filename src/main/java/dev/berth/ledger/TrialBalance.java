package dev.berth.ledger;

import dev.berth.units.Money;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every account's balance; what is on one side must be on the other. */
public record TrialBalance(List<Balance> balances) {
    public TrialBalance {
        balances = List.copyOf(balances);
    }

    /** Debits less credits for each currency: zero in a sound ledger. */
    public Map<String, Money> differences() {
        Map<String, Money> sums = new TreeMap<>();
        for (Balance balance : balances) {
            Currency currency = balance.account().currency();
            sums.merge(currency.getCurrencyCode(), balance.debits().minus(balance.credits()), Money::plus);
        }
        return sums;
    }

    /** Both sides are equal and no credit is below zero. */
    public boolean sound() {
        return differences().values().stream().allMatch(Money::isZero)
                && balances.stream()
                        .filter(b -> b.account().kind() == AccountKind.CREDIT)
                        .allMatch(b -> b.held().minor() >= 0);
    }
}
