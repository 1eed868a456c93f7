package dev.berth.ledger;

import dev.berth.units.Money;

/** Moves money from the credit to the debit side of two accounts. A fact: corrected by new ones, never changed. */
public record Transfer(Source source, LedgerAccount debit, LedgerAccount credit, Money amount, String reason) {
    public Transfer {
        if (!amount.isPositive()) {
            throw new IllegalArgumentException("transfer %s of %s is not positive".formatted(source, amount));
        }
        if (debit.equals(credit)) {
            throw new IllegalArgumentException("transfer %s goes from %s to itself".formatted(source, debit));
        }
        if (!debit.currency().equals(amount.currency()) || !credit.currency().equals(amount.currency())) {
            throw new IllegalArgumentException("transfer %s mixes currencies".formatted(source));
        }
    }
}
