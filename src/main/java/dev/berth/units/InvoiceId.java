package dev.berth.units;

import java.util.Objects;
import java.util.UUID;

/** Id of a invoice, final or draft; also that of the account's billing period it is for. */
public record InvoiceId(UUID value) implements Comparable<InvoiceId> {
    public InvoiceId {
        Objects.requireNonNull(value, "value");
    }

    public static InvoiceId of(String text) {
        return new InvoiceId(UUID.fromString(text));
    }

    @Override
    public int compareTo(InvoiceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
