package dev.berth.ledger;

import dev.berth.units.Money;

/** Sums of an account's two sides. */
public record Balance(LedgerAccount account, Money debits, Money credits) {
    public static Balance zero(LedgerAccount account) {
        Money nothing = Money.zero(account.currency());
        return new Balance(account, nothing, nothing);
    }

    /** What the account holds, positive on its normal side. */
    public Money held() {
        return switch (account.kind().normalSide()) {
            case DEBIT -> debits.minus(credits);
            case CREDIT -> credits.minus(debits);
        };
    }
}
