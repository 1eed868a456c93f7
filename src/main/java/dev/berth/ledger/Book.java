package dev.berth.ledger;

import dev.berth.units.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A ledger in memory: the meaning of posting that the database's tables keep. Not for several threads. */
public final class Book {
    private final Map<Source, Transfer> transfers = new LinkedHashMap<>();
    private final Map<LedgerAccount, Balance> balances = new LinkedHashMap<>();

    /** What came of posting. */
    public enum Posted {
        DONE,
        /** All of them were there already. */
        REPEATED,
        /** A credit would fall below zero; nothing was posted. */
        NOT_ENOUGH_CREDIT
    }

    /**
     * Posts all or nothing.
     *
     * @throws IllegalStateException when a source was used for another transfer
     */
    public Posted post(Collection<Transfer> together) {
        List<Transfer> fresh = together.stream().filter(this::isNew).toList();
        if (fresh.isEmpty()) {
            return Posted.REPEATED;
        }
        if (fresh.stream().anyMatch(t -> overdraws(t, fresh))) {
            return Posted.NOT_ENOUGH_CREDIT;
        }
        fresh.forEach(this::add);
        return Posted.DONE;
    }

    public Balance balance(LedgerAccount account) {
        return balances.getOrDefault(account, Balance.zero(account));
    }

    public TrialBalance trialBalance() {
        return new TrialBalance(new ArrayList<>(balances.values()));
    }

    private boolean isNew(Transfer transfer) {
        Transfer known = transfers.get(transfer.source());
        if (known != null && !known.equals(transfer)) {
            throw new IllegalStateException("source %s was used for another transfer".formatted(transfer.source()));
        }
        return known == null;
    }

    private boolean overdraws(Transfer transfer, List<Transfer> together) {
        if (transfer.debit().kind() != AccountKind.CREDIT) {
            return false;
        }
        Money spent = together.stream()
                .filter(t -> t.debit().equals(transfer.debit()))
                .map(Transfer::amount)
                .reduce(Money.zero(transfer.amount().currency()), Money::plus);
        return balance(transfer.debit()).held().compareTo(spent) < 0;
    }

    private void add(Transfer transfer) {
        transfers.put(transfer.source(), transfer);
        Balance debit = balance(transfer.debit());
        balances.put(
                transfer.debit(),
                new Balance(debit.account(), debit.debits().plus(transfer.amount()), debit.credits()));
        Balance credit = balance(transfer.credit());
        balances.put(
                transfer.credit(),
                new Balance(credit.account(), credit.debits(), credit.credits().plus(transfer.amount())));
    }
}
