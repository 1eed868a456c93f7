package dev.berth.ledger;

import java.util.Currency;
import java.util.Objects;

/** An account of the ledger; there is one for each owner, kind and currency. */
public record LedgerAccount(Owner owner, AccountKind kind, Currency currency) {
    public LedgerAccount {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(currency, "currency");
    }

    @Override
    public String toString() {
        return owner.key() + "/" + kind + "/" + currency.getCurrencyCode();
    }
}
