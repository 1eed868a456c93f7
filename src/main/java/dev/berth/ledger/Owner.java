package dev.berth.ledger;

import dev.berth.units.AccountId;

/** Whose account of the ledger it is. */
public sealed interface Owner {
    /** Key in the database: {@code house} or the account's id. */
    String key();

    static Owner of(AccountId account) {
        return new Party(account);
    }

    static Owner parse(String key) {
        return key.equals(House.KEY) ? new House() : new Party(AccountId.of(key));
    }

    /** The seller. */
    record House() implements Owner {
        private static final String KEY = "house";

        @Override
        public String key() {
            return KEY;
        }
    }

    /** A customer or reseller. */
    record Party(AccountId account) implements Owner {
        @Override
        public String key() {
            return account.toString();
        }
    }
}
