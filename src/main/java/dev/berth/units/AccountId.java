package dev.berth.units;

import java.util.Objects;
import java.util.UUID;

/** Id of a customer or reseller account. */
public record AccountId(UUID value) implements Comparable<AccountId> {
    public AccountId {
        Objects.requireNonNull(value, "value");
    }

    public static AccountId of(String text) {
        return new AccountId(UUID.fromString(text));
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
