package dev.berth.ledger;

import dev.berth.units.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Credit that came in by one transfer, and what is left of it.
 *
 * @param id of the transfer
 * @param expiresAt empty for never
 * @param paid whether it is money from outside: only that can be paid back
 */
public record Lot(UUID id, Money left, Optional<Instant> expiresAt, boolean paid) {

    /** A part of what is spent. */
    public record Take(UUID lot, Money amount) {}

    /**
     * From which lots an amount is taken.
     *
     * @param open in the order in which they are spent
     * @return empty when they do not cover it
     */
    public static Optional<List<Take>> take(List<Lot> open, Money amount) {
        List<Take> takes = upTo(open, amount);
        Money taken = takes.stream().map(Take::amount).reduce(Money.zero(amount.currency()), Money::plus);
        return taken.equals(amount) ? Optional.of(takes) : Optional.empty();
    }

    /** The same, but as much as there is. */
    public static List<Take> upTo(List<Lot> open, Money most) {
        List<Take> takes = new ArrayList<>();
        Money wanted = most;
        for (Lot lot : open) {
            Money part = lot.left().compareTo(wanted) < 0 ? lot.left() : wanted;
            if (part.isPositive()) {
                takes.add(new Take(lot.id(), part));
                wanted = wanted.minus(part);
            }
        }
        return List.copyOf(takes);
    }
}
