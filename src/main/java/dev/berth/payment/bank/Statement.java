package dev.berth.payment.bank;

import dev.berth.units.Money;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * A bank statement.
 *
 * @param account IBAN, or the bank's own number of the account
 * @param id the bank's name for the statement
 */
public record Statement(String account, String id, List<Entry> entries) {
    public Statement {
        entries = List.copyOf(entries);
    }

    /**
     * A booked entry, or one transaction of an entry that stands for several.
     *
     * @param key the same whenever the bank sends it again; unique for the account
     * @param incoming whether it made the account's balance grow
     * @param reversal whether it takes an earlier entry back
     * @param reference structured creditor reference, as it was sent
     * @param remittance what the payer wrote, lines joined by spaces
     */
    public record Entry(
            String key,
            boolean incoming,
            boolean reversal,
            Money amount,
            LocalDate bookedOn,
            Optional<String> counterparty,
            Optional<String> counterpartyAccount,
            Optional<String> reference,
            Optional<String> remittance) {}
}
